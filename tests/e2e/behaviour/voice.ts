import { synthesiseVoice } from '@speko/adapter-kit/simulation';
import { PcmChunker, samplesToPcm } from '@speko/audio';
import type { Voice } from '@speko/tests-behaviour';

const MS_PER_CHARACTER = 60;
const PAUSE_MS = 1200;

/** A made-up voice, in which no two utterances of a call sound alike. */
export function createVoice({ sampleRateHz = 24_000 }: { sampleRateHz?: 24_000 } = {}): Voice {
  let count = 0;
  const chunks = (pcm: Uint8Array): Uint8Array[] => {
    const chunker = new PcmChunker({ sampleRateHz, chunkMs: 20 });
    return [...chunker.push(pcm), chunker.flush()].filter((chunk) => chunk.byteLength > 0);
  };
  return {
    speech(ms) {
      const words = LETTERS.slice(count).padEnd(Math.ceil(ms / MS_PER_CHARACTER), LETTERS.slice(count, count + 17));
      count += 3;
      return chunks(samplesToPcm(synthesiseVoice(words.slice(0, Math.ceil(ms / MS_PER_CHARACTER)))));
    },
    pause: () => chunks(new Uint8Array((PAUSE_MS * sampleRateHz * 2) / 1000)),
  };
}

const LETTERS = 'the quick brown fox jumps over the lazy dog';
