import type { Page } from 'playwright-core';

/** What a page played, as its context rendered it. */
export interface TappedSound {
  /** Samples per second. */
  readonly rateHz: number;
  /** Block after block. Where a busy browser skipped a piece of the context's time, nothing stands for it. */
  readonly samples: Float32Array;
  /** Place of each block of samples in the context's time, in samples. */
  readonly blockFrames: readonly number[];
  /** Place in the context's time, in samples, after the last one that was not zero. */
  readonly soundEndFrame: number;
}

/** What the tap puts into the page. */
export interface PageTap {
  /** Once everything that is connected to the output passes the tap too. */
  ready(): Promise<void>;
  /** The newest context with a connection to its output. */
  context(): AudioContext;
  /** Forgets what was heard so far. */
  clear(): void;
  read(): { rateHz: number; blockFrames: number[]; soundEndFrame: number; base64: string };
}

/** Listens to all that the page will connect to an output. Call it before the page loads; its site serves `/tap.js`. */
export async function installTap(page: Page): Promise<void> {
  await page.addInitScript(installInPage);
}

/** What the page has played since it loaded, or since `tap.clear()`. */
export async function readTap(page: Page): Promise<TappedSound> {
  const { base64, ...rest } = await page.evaluate(() => (window as unknown as { tap: PageTap }).tap.read());
  const bytes = Buffer.from(base64, 'base64');
  return { ...rest, samples: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)) };
}

function installInPage(): void {
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, ...args: unknown[]) => AudioNode;
  const pending: Promise<void>[] = [];
  const modules = new WeakMap<BaseAudioContext, Promise<void>>();
  let newest: AudioContext | undefined;
  let blocks: { frame: number; samples: Float32Array }[] = [];

  AudioNode.prototype.connect = function tapped(this: AudioNode, ...args: unknown[]) {
    const result = connect.apply(this, args);
    const [target] = args;
    if (target instanceof AudioDestinationNode && target.context instanceof AudioContext) {
      pending.push(attach(this, target.context));
    }
    return result;
  } as AudioNode['connect'];

  const tap: PageTap = {
    ready: async () => void (await Promise.all(pending)),
    context: () => newest as AudioContext,
    clear: () => (blocks = []),
    read() {
      const samples = new Float32Array(blocks.reduce((length, block) => length + block.samples.length, 0));
      let at = 0;
      let soundEndFrame = 0;
      for (const block of blocks) {
        samples.set(block.samples, at);
        at += block.samples.length;
        const last = block.samples.findLastIndex((sample) => sample !== 0);
        if (last >= 0) soundEndFrame = block.frame + last + 1;
      }
      const bytes = new Uint8Array(samples.buffer);
      let binary = '';
      for (let from = 0; from < bytes.length; from += 8192) {
        binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
      }
      return {
        rateHz: newest?.sampleRate ?? 0,
        blockFrames: blocks.map(({ frame }) => frame),
        soundEndFrame,
        base64: btoa(binary),
      };
    },
  };
  Object.assign(window, { tap });

  async function attach(source: AudioNode, context: AudioContext): Promise<void> {
    newest = context;
    if (!modules.has(context)) modules.set(context, context.audioWorklet.addModule('/tap.js'));
    try {
      await modules.get(context);
    } catch (error) {
      // A context that is closed meanwhile has nothing to be heard.
      if (context.state === 'closed') return;
      throw error;
    }
    const node = new AudioWorkletNode(context, 'tap', { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => blocks.push(data);
    connect.call(source, node);
  }
}
