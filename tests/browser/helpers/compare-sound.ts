/** How what was played differs from what was sent, both from their first sample that is not zero. */
export interface SoundComparison {
  /** 1 for equal shapes. */
  readonly correlation: number;
  /** Of the piece of 20 ms that fits worst. Whatever is missing or put in moves everything after it. */
  readonly worstPiece: number;
  /** Longest silence in what was played. */
  readonly longestGapMs: number;
  /** How much longer it took to play. */
  readonly extraMs: number;
}

const PIECE_MS = 20;

/** @param played - At the rate of `sent`. @param sent - PCM16. */
export function compareSound(played: Float32Array, sent: Int16Array, rateHz: number): SoundComparison {
  const heard = trim(played);
  const expected = trim(Float32Array.from(sent, (sample) => sample / 32_768));
  const pieceLength = (PIECE_MS * rateHz) / 1000;
  let worstPiece = 1;
  for (let at = 0; at + pieceLength <= expected.length; at += pieceLength) {
    const piece = expected.subarray(at, at + pieceLength);
    if (Math.max(...piece) > 0.01) worstPiece = Math.min(worstPiece, correlate(heard.subarray(at), piece));
  }
  return {
    correlation: correlate(heard, expected),
    worstPiece,
    longestGapMs: (longestSilence(heard) * 1000) / rateHz,
    extraMs: ((heard.length - expected.length) * 1000) / rateHz,
  };
}

/** From the first sample that is not zero to the last. */
function trim(samples: Float32Array): Float32Array {
  return samples.subarray(Math.max(0, samples.findIndex(Boolean)), samples.findLastIndex(Boolean) + 1);
}

/** Over the length of `expected`; where `heard` is shorter, it was silent. */
function correlate(heard: Float32Array, expected: Float32Array): number {
  let [both, heardPower, expectedPower] = [0, 0, 0];
  for (const [index, y] of expected.entries()) {
    const x = heard[index] ?? 0;
    both += x * y;
    heardPower += x * x;
    expectedPower += y * y;
  }
  return heardPower === 0 || expectedPower === 0 ? 0 : both / Math.sqrt(heardPower * expectedPower);
}

function longestSilence(samples: Float32Array): number {
  let longest = 0;
  let run = 0;
  for (const sample of samples) {
    run = sample === 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
