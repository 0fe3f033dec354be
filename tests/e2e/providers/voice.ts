import { PcmChunker, samplesToPcm, silence } from '@speko/audio';
import { synthesiseVoice } from '@speko/simulator-kit';
import type { Voice } from '@speko/tests-behaviour';
import { atRate, type Sound } from './likeness.ts';

const MS_PER_CHARACTER = 60;
const PAUSE_MS = 1200;

/** A made-up voice, in which no two utterances of a call sound alike. */
export function createVoice({ sampleRateHz }: { readonly sampleRateHz: number }): Voice {
  let count = 0;
  const chunks = (pcm: Uint8Array): Uint8Array[] => {
    const chunker = new PcmChunker({ sampleRateHz, chunkMs: 20 });
    return [...chunker.push(pcm), chunker.flush()].filter((chunk) => chunk.byteLength > 0);
  };
  return {
    speech(ms) {
      count += 1;
      return chunks(atRate(voiceSaying(wordsOf(count, Math.ceil(ms / MS_PER_CHARACTER))), sampleRateHz));
    },
    pause: () => chunks(silence(PAUSE_MS, sampleRateHz)),
  };
}

/** The voice of every simulated vendor. */
export function voiceSaying(text: string): Sound {
  return { pcm: samplesToPcm(synthesiseVoice(text)), sampleRateHz: 24_000 };
}

/** Letters in an order of its own for each utterance: shifted along each other, two of them never sound the same. */
function wordsOf(utterance: number, length: number): string {
  const letters = Array.from(
    { length },
    (_, index) => 97 + ((index * (2 * utterance + 3) + index ** 2 + utterance) % 24),
  );
  return String.fromCharCode(...letters);
}
