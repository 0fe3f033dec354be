const SAMPLE_RATE_HZ = 24_000;
const MS_PER_CHARACTER = 60;
const MIN_MS = 400;
const MAX_MS = 20_000;
const SYLLABLE_MS = 180;

/**
 * Sound in the rhythm of speech: one gliding tone with harmonics per syllable, its pitch taken from the text, so that
 * the same text always sounds the same. Meant to be told from silence and from other texts, not to be understood.
 *
 * @returns Mono samples at 24 kHz, 60 ms per character, at least 400 ms and at most 20 s.
 */
export function synthesiseVoice(text: string): Int16Array {
  const durationMs = Math.min(MAX_MS, Math.max(MIN_MS, text.length * MS_PER_CHARACTER));
  const samples = new Int16Array((durationMs * SAMPLE_RATE_HZ) / 1000);
  const syllableLength = (SYLLABLE_MS * SAMPLE_RATE_HZ) / 1000;
  let phase = 0;
  for (let index = 0; index < samples.length; index++) {
    const syllable = Math.floor(index / syllableLength);
    const progress = (index % syllableLength) / syllableLength;
    const pitchHz = 110 + ((text.charCodeAt(syllable % Math.max(1, text.length)) || 0) % 24) * 6 - progress * 20;
    phase += (2 * Math.PI * pitchHz) / SAMPLE_RATE_HZ;
    const tone = Math.sin(phase) + Math.sin(phase * 2) / 2 + Math.sin(phase * 5) / 4;
    samples[index] = Math.round(tone * Math.sin(Math.PI * progress) * 6000);
  }
  return samples;
}
