import { synthesiseVoice } from '@speko/simulator-kit';
import type { SimulatedReply } from './simulated-reply.ts';

const SAMPLES_PER_MS = 24;
/** Lengths of pieces take turns, as they do on the real service. */
const PIECE_MS = [40, 200, 120, 80, 160];

/** A piece of a reply, `atMs` after the model began to speak. */
export interface ReplyPiece {
  readonly atMs: number;
  readonly samples: Int16Array;
  /** Its first words; may be empty. */
  readonly words: string;
}

export interface LayoutOptions {
  /** How many times faster than it plays audio is generated. */
  readonly audioSpeed: number;
  /** The user's words, for replies that repeat them. */
  readonly userAudio: Int16Array;
  /** All of it at once. */
  readonly inOnePiece: boolean;
}

/** A reply laid out in time, its words spread over the audio. */
export function layOutReply({ text = '', audio = 'tone' }: SimulatedReply, options: LayoutOptions): ReplyPiece[] {
  const samples =
    audio === 'tone'
      ? text === ''
        ? new Int16Array(0)
        : synthesiseVoice(text)
      : audio === 'echo'
        ? options.userAudio
        : audio;
  const bounds: number[] = [];
  for (let start = 0, count = 0; start < samples.length; count++) {
    bounds.push(start);
    start += options.inOnePiece ? samples.length : (PIECE_MS[count % PIECE_MS.length] ?? 80) * SAMPLES_PER_MS;
  }
  const words = text.match(/\s*\S+/g) ?? [];
  return bounds.map((start, index) => {
    const end = bounds[index + 1] ?? samples.length;
    const said = words.filter((_, place) => Math.floor((place * bounds.length) / words.length) === index);
    return {
      atMs: start / SAMPLES_PER_MS / options.audioSpeed,
      samples: samples.subarray(start, end),
      words: said.join(''),
    };
  });
}
