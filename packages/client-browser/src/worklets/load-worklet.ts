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
  let cause: unknown;
  for (const load of url === undefined ? [fromBlob, fromData] : [fromUrl, fromBlob, fromData]) {
    try {
      await load();
      return new AudioWorkletNode(context, processorName(kind), options);
    } catch (error) {
      // The first failure is that of the page's own file, which says most.
      cause ??= error;
    }
  }
  throw new ConversationError({ code: 'worklet_blocked', message: explain(kind, url), cause });

  async function fromUrl(): Promise<void> {
    await context.audioWorklet.addModule(url as string);
  }

  async function fromBlob(): Promise<void> {
    const blobUrl = URL.createObjectURL(new Blob([codeOf(kind)], { type: 'text/javascript' }));
    await context.audioWorklet.addModule(blobUrl).finally(() => URL.revokeObjectURL(blobUrl));
  }

  async function fromData(): Promise<void> {
    await context.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent(codeOf(kind))}`);
  }
}

function codeOf(kind: 'capture' | 'player'): string {
  return (kind === 'capture' ? import.meta.spekoCaptureCode : import.meta.spekoPlayerCode) ?? '';
}

function explain(kind: 'capture' | 'player', url: string | undefined): string {
  const file = `@speko/client-browser/worklets/${kind}.js`;
  return url === undefined
    ? `The page's Content-Security-Policy keeps its audio code from loading. Serve ${file} and pass its address as workletUrl, or add blob: to script-src.`
    : `The audio code could not be loaded from ${url}. It must be the file ${file} of this very version, served as JavaScript and allowed by script-src of the Content-Security-Policy.`;
}
