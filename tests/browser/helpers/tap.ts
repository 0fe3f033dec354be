import type { Page } from 'playwright-core';

/** What a page played, as its context rendered it. */
export interface TappedSound {
  /** Samples per second. */
  readonly rateHz: number;
  /** Place of the first sample in the context's time. */
  readonly firstFrame: number;
  /** Without gaps, but those for which `missing` is not 0. */
  readonly samples: Float32Array;
  /** Samples of the context's time that no block came for. */
  readonly missing: number;
  /** How often the browser itself could not keep up, where it tells: then gaps say nothing about the page. */
  readonly deviceUnderruns: number;
}

/** What the tap puts into the page. */
export interface PageTap {
  /** Once everything that is connected to the output passes the tap too. */
  ready(): Promise<void>;
  /** The newest context with a connection to its output. */
  context(): AudioContext;
  /** Forgets what was heard so far. */
  clear(): void;
  read(): { rateHz: number; firstFrame: number; base64: string; missing: number; deviceUnderruns: number };
}

/** Listens to all that the page will connect to an output. Call it before the page loads. */
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
      const first = blocks[0]?.frame ?? 0;
      const last = blocks.at(-1);
      const samples = new Float32Array(last ? last.frame + last.samples.length - first : 0);
      let count = 0;
      for (const block of blocks) {
        samples.set(block.samples, block.frame - first);
        count += block.samples.length;
      }
      const bytes = new Uint8Array(samples.buffer);
      let binary = '';
      for (let at = 0; at < bytes.length; at += 8192) {
        binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
      }
      const { playbackStats } = newest as AudioContext & { playbackStats?: { underrunEvents: number } };
      return {
        rateHz: newest?.sampleRate ?? 0,
        firstFrame: first,
        base64: btoa(binary),
        missing: samples.length - count,
        deviceUnderruns: playbackStats?.underrunEvents ?? 0,
      };
    },
  };
  Object.assign(window, { tap });

  async function attach(source: AudioNode, context: AudioContext): Promise<void> {
    newest = context;
    if (!modules.has(context)) modules.set(context, context.audioWorklet.addModule('/tap.js'));
    await modules.get(context);
    const node = new AudioWorkletNode(context, 'tap', { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => blocks.push(data);
    connect.call(source, node);
  }
}
