/**
 * Something that detectors of speech take for speech, then silence: a tone with the rhythm of syllables.
 * Mono PCM16 at `rateHz`.
 */
export function speech({
  ms,
  silenceMs = 0,
  rateHz = 24_000,
}: {
  ms: number;
  silenceMs?: number;
  rateHz?: number;
}): Buffer {
  const samples = (ms * rateHz) / 1000;
  const pcm = Buffer.alloc(samples * 2 + ((silenceMs * rateHz) / 1000) * 2);
  for (let index = 0; index < samples; index++) {
    const second = index / rateHz;
    const syllable = 0.65 + 0.35 * Math.sin(2 * Math.PI * 4 * second);
    const voice = Math.sin(2 * Math.PI * 180 * second) + 0.5 * Math.sin(2 * Math.PI * 720 * second);
    pcm.writeInt16LE(Math.round(9000 * syllable * voice), index * 2);
  }
  return pcm;
}

/** Chunks as a microphone sends them: 20 ms each. */
export function* chunksOf(pcm: Buffer, rateHz = 24_000): Generator<Buffer> {
  const bytes = rateHz / 25;
  for (let from = 0; from < pcm.byteLength; from += bytes) yield pcm.subarray(from, from + bytes);
}
