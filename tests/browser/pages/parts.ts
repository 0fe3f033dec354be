// The parts of the client, at hand for what a test evaluates in the page.
import { ConversationError, listDevices, Microphone, Speaker, watchDevices } from '@speko/client-browser';
import manifest from '@speko/client-browser/package.json' with { type: 'json' };
import type { PageTap } from '../helpers/tap.ts';
import { noiseWithoutZeros, tone } from '../helpers/test-signal.ts';

const parts = {
  base64Of,
  ConversationError,
  correlate,
  digest,
  listDevices,
  Microphone,
  noiseWithoutZeros,
  Speaker,
  startSpeaker,
  recordMicrophone,
  renderOffline,
  tone,
  until,
  watchDevices,
};

/** The page's globals, as tests see them. */
export type PartsWindow = Window &
  typeof globalThis & {
    parts: typeof parts;
    tap: PageTap;
    /** Every track and context that the page has made so far. */
    tracks: MediaStreamTrack[];
    contexts: AudioContext[];
    /** What `recordMicrophone` made last. */
    recording: Awaited<ReturnType<typeof recordMicrophone>>;
  };

const tracks: MediaStreamTrack[] = [];
const contexts: AudioContext[] = [];
const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
if (mediaDevices) {
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
}
window.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    contexts.push(this);
  }
};
Object.assign(window, { parts, tracks, contexts });

/** An open and started speaker that notes what happens. */
async function startSpeaker(
  rateHz: 16_000 | 24_000,
  options: ConstructorParameters<typeof Speaker>[0] = {},
): Promise<{
  speaker: Speaker;
  events: string[];
  play: (turn: string, samples: Int16Array, pieces?: number[]) => void;
}> {
  const speaker = new Speaker({ expectedSampleRate: rateHz, ...options });
  const events: string[] = [];
  await speaker.open();
  await (window as PartsWindow).tap.ready();
  speaker.start(rateHz, {
    onTurnStart: (turn) => events.push(`start ${turn}`),
    onTurnPlayed: ({ turn, playedMs }) => events.push(`played ${turn} ${playedMs}`),
    onProblem: ({ code }) => events.push(code),
    onBlockedChange: (blocked) => events.push(`blocked ${blocked}`),
  });
  return {
    speaker,
    events,
    play(turn, samples, pieces = [samples.byteLength]) {
      const bytes = new Uint8Array(samples.buffer);
      for (let at = 0, next = 0; at < bytes.length; next++) {
        const size = pieces[next % pieces.length] as number;
        speaker.play(turn, bytes.subarray(at, at + size));
        at += size;
      }
    },
  };
}

/** An open and started microphone with all that it delivered. */
async function recordMicrophone(
  rateHz: 16_000 | 24_000,
  options: ConstructorParameters<typeof Microphone>[0] = {},
): Promise<{ microphone: Microphone; chunks: Uint8Array[]; arrivals: number[]; problems: string[] }> {
  const microphone = new Microphone(options);
  const recording = { microphone, chunks: [] as Uint8Array[], arrivals: [] as number[], problems: [] as string[] };
  Object.assign(window, { recording });
  await microphone.open();
  microphone.start(rateHz, {
    onChunk: (pcm) => {
      recording.chunks.push(pcm);
      recording.arrivals.push(performance.now());
    },
    onProblem: ({ code }) => recording.problems.push(code),
  });
  return recording;
}

/** Waits for something to become true; the test's own time limit is the limit. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Plays samples with the player's own processor in an offline context and gives back what is not silence. */
async function renderOffline({
  rateHz,
  contextRateHz,
  seconds,
  samples,
}: {
  rateHz: number;
  contextRateHz: number;
  seconds: number;
  samples: Int16Array<ArrayBuffer>;
}): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, seconds * contextRateHz, contextRateHz);
  await context.audioWorklet.addModule('/worklets/player.js');
  const [node, other] = [1, 2].map(
    () =>
      new AudioWorkletNode(context, `speko-player-${manifest.version}`, { numberOfInputs: 0, outputChannelCount: [1] }),
  ) as [AudioWorkletNode, AudioWorkletNode];
  node.connect(context.destination);
  const { buffer } = samples.slice();
  node.port.postMessage({ type: 'start', sampleRate: rateHz, prebufferMs: 60 });
  node.port.postMessage({ type: 'play', turn: 'a', pcm: buffer }, [buffer]);
  node.port.postMessage({ type: 'end', turn: 'a' });
  // Rendering would not wait for messages. They have arrived when one that was sent after them is answered.
  await new Promise((resolve) => {
    other.port.onmessage = resolve;
    other.port.postMessage({ type: 'flush' });
  });
  const rendered = (await context.startRendering()).getChannelData(0);
  return rendered.subarray(
    rendered.findIndex((sample) => sample !== 0),
    rendered.findLastIndex((sample) => sample !== 0) + 1,
  );
}

/** To compare what is too long to be sent to the test. */
async function digest(samples: Float32Array): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', samples.slice().buffer));
  return `${samples.length} ${[...bytes.subarray(0, 8)].join()}`;
}

/** Of two signals that begin together, 1 for equal shapes. */
function correlate(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [x, y] = [a[index] as number, b[index] as number];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

function base64Of(chunks: readonly Uint8Array[]): string {
  return btoa(chunks.map((chunk) => String.fromCharCode(...chunk)).join(''));
}
