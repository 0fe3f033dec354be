import { ConversationError } from '../errors/conversation-error.ts';
import { processorName } from './processor-name.ts';

/**
 * Makes a node that runs one of this package's processors. Its code comes from `url`, where there is one and it can be
 * loaded; else from the package itself, by a Blob URL, else by a data URL: some pages allow the one, some the other.
 *
 * @throws ConversationError `worklet_blocked`
 */
export async function createWorkletNode(
  context: AudioContext,
  kind: 'capture' | 'player',
  url: string | undefined,
  options: AudioWorkletNodeOptions,
): Promise<AudioWorkletNode> {
  const type = 'text/javascript';
  const code = import.meta.spekoWorkletCode ?? '';
  const blobUrl = URL.createObjectURL(new Blob([code], { type }));
  let cause: unknown;
  try {
    for (const address of [url, blobUrl, `data:${type},${encodeURIComponent(code)}`]) {
      if (!address) continue;
      try {
        await context.audioWorklet.addModule(address);
        return new AudioWorkletNode(context, processorName(kind), options);
      } catch (error) {
        // The first failure is that of the page's own file, which says most.
        cause ??= error;
      }
    }
  } finally {
    URL.revokeObjectURL(blobUrl);
  }
  const file = `@speko/client-browser/worklets/${kind}.js`;
  const message = url
    ? `The audio code could not be loaded from ${url}. Serve there ${file} of this very version, as JavaScript, and allow it in script-src of the Content-Security-Policy.`
    : `The page's Content-Security-Policy keeps its audio code from loading. Serve ${file} and pass its address as workletUrl, or add blob: to script-src.`;
  throw new ConversationError({ code: 'worklet_blocked', message, cause });
}
