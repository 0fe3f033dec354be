const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

export interface WavFormat {
  readonly channels: number;
  readonly sampleRate: number;
  /** Samples per channel. */
  readonly frames: number;
}

/** An empty PCM16 WAV file: `file` is the whole of it, `data` the samples to fill in, little-endian and interleaved. */
export function createWav(format: WavFormat): { file: Uint8Array<ArrayBuffer>; data: DataView } {
  const { channels, sampleRate, frames } = format;
  const frameBytes = channels * BYTES_PER_SAMPLE;
  const dataBytes = frames * frameBytes;
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const header = new DataView(file.buffer);
  const writeText = (at: number, text: string) => file.set(new TextEncoder().encode(text), at);
  writeText(0, 'RIFF');
  header.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  writeText(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * frameBytes, true);
  header.setUint16(32, frameBytes, true);
  header.setUint16(34, BYTES_PER_SAMPLE * 8, true);
  writeText(36, 'data');
  header.setUint32(40, dataBytes, true);
  return { file, data: new DataView(file.buffer, HEADER_BYTES) };
}
