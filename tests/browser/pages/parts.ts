// The parts of the client, at hand for what a test evaluates in the page.
import { ConversationError, listDevices, Microphone, Speaker, watchDevices } from '@speko/client-browser';
import type { PageTap } from '../helpers/tap.ts';
import { noiseWithoutZeros, tone } from '../helpers/test-signal.ts';

const parts = {
  ConversationError,
  listDevices,
  Microphone,
  noiseWithoutZeros,
  Speaker,
  startSpeaker,
  recordMicrophone,
  tone,
  until,
  watchDevices,
};

/** The page's globals, as tests see them. */
export type PartsWindow = Window & typeof globalThis & { parts: typeof parts; tap: PageTap };

Object.assign(window, { parts });

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
