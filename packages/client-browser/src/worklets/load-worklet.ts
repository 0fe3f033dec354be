import { ConversationError } from '../errors/conversation-error.ts';
import type * as CarriedWorklet from './carried-worklet.ts';
import { processorName } from './processor-name.ts';

/**
 * The code that the package carries, for pages that serve none: a separate module, so that bundlers leave it out of what
 * the others load.
 */
const carried = (): Promise<typeof CarriedWorklet> => import('./carried-worklet.ts');

/** Fetches early what {@link createWorkletNode} will need. */
export function prepareWorklet(url: string | undefined): void {
  // Errors resurface in `createWorkletNode()`, which reports them.
  if (!url) carried().catch(() => {});
}

/**
 * Makes a node that runs one of this package's processors. Its code comes from `url`, where there is one and it can be
 * loaded; else from the package itself.
 *
 * @throws ConversationError `WORKLET_BLOCKED`, whose cause tells developers what to change; the console is told as well
 */
export async function createWorkletNode(
  context: AudioContext,
  kind: 'capture' | 'player',
  url: string | undefined,
  options: AudioWorkletNodeOptions,
): Promise<AudioWorkletNode> {
  const load = async (address: string): Promise<AudioWorkletNode> => {
    await context.audioWorklet.addModule(address);
    return new AudioWorkletNode(context, processorName(kind), options);
  };
  try {
    // Nothing may be awaited before the first of the two.
    return await (url ? load(url).catch(fallBack) : fallBack());
  } catch (cause) {
    // oxlint-disable-next-line no-console -- developers look there; applications show the sentence for users
    console.error(cause);
    throw new ConversationError({ code: 'WORKLET_BLOCKED', cause });
  }

  async function fallBack(cause?: unknown): Promise<AudioWorkletNode> {
    const { loadCarried } = await carried();
    return await loadCarried(load, kind, url, cause);
  }
}
