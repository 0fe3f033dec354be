import type { SimulatedReply, SimulatedSpeech } from './simulated-reply.ts';
import { synthesiseVoice } from './synthesise-voice.ts';

const SAMPLES_PER_MS = 24;
const CHUNK_MS = [80, 200, 120, 320, 160, 240];
/** Text mode and tool calls: time between two pieces. */
const PIECE_MS = 20;

/** One thing a response does, `atMs` after the model began to answer. */
export type TimelineStep =
  | { readonly type: 'item-start'; readonly atMs: number; readonly kind: 'speech' | 'text' }
  | { readonly type: 'words'; readonly atMs: number; readonly delta: string }
  | { readonly type: 'audio'; readonly atMs: number; readonly samples: Int16Array }
  | { readonly type: 'item-end'; readonly atMs: number }
  | { readonly type: 'call'; readonly atMs: number; readonly name: string; readonly arguments: string }
  | { readonly type: 'end'; readonly atMs: number };

/** How a reply is laid out. */
export interface TimelineOptions {
  readonly modality: 'audio' | 'text';
  /** How many times faster than it plays audio is generated. */
  readonly audioSpeed: number;
  /** The user's words, for replies that repeat them. */
  readonly userAudio: Int16Array;
  /**
   * Lengths of the pieces of audio, taken in turns, milliseconds.
   * @defaultValue [80, 200, 120, 320, 160, 240]
   */
  readonly chunkMs?: readonly number[];
}

/** A reply laid out in time: items one after another, words a little ahead of the audio they belong to. */
export function layOutResponse(reply: SimulatedReply, options: TimelineOptions): TimelineStep[] {
  const steps: TimelineStep[] = [];
  let atMs = 0;
  for (const speech of speeches(reply)) {
    steps.push({ type: 'item-start', atMs, kind: options.modality === 'audio' ? 'speech' : 'text' });
    const { inside, durationMs } = options.modality === 'audio' ? spoken(speech, options) : written(speech);
    steps.push(...inside.map((step) => ({ ...step, atMs: step.atMs + atMs })));
    atMs += durationMs;
    steps.push({ type: 'item-end', atMs });
  }
  for (const { name, arguments: args } of reply.tools ?? []) {
    atMs += PIECE_MS;
    steps.push({ type: 'call', atMs, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) });
  }
  return [...steps, { type: 'end', atMs }];
}

function speeches({ items, text, audio }: SimulatedReply): readonly SimulatedSpeech[] {
  if (items !== undefined) return items;
  return text === undefined ? [] : [{ text, ...(audio === undefined ? {} : { audio }) }];
}

type Inside = { readonly inside: readonly TimelineStep[]; readonly durationMs: number };

function spoken(
  { text, audio = 'tone' }: SimulatedSpeech,
  { audioSpeed, userAudio, chunkMs = CHUNK_MS }: TimelineOptions,
): Inside {
  const samples = audio === 'tone' ? synthesiseVoice(text) : audio === 'echo' ? userAudio : audio;
  const durationMs = samples.length / SAMPLES_PER_MS / audioSpeed;
  const words = pieces(text);
  const inside: TimelineStep[] = words.map((delta, index) => ({
    type: 'words',
    atMs: (durationMs * index) / words.length,
    delta,
  }));
  for (let start = 0, count = 0; start < samples.length; count++) {
    const end = Math.min(samples.length, start + (chunkMs[count % chunkMs.length] ?? 200) * SAMPLES_PER_MS);
    inside.push({ type: 'audio', atMs: start / SAMPLES_PER_MS / audioSpeed, samples: samples.subarray(start, end) });
    start = end;
  }
  return { inside: inside.toSorted((left, right) => left.atMs - right.atMs), durationMs };
}

function written({ text }: SimulatedSpeech): Inside {
  const words = pieces(text);
  return {
    inside: words.map((delta, index) => ({ type: 'words', atMs: index * PIECE_MS, delta })),
    durationMs: words.length * PIECE_MS,
  };
}

/** Words with the space that follows them. */
function pieces(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}
