/** Decodes 8-bit G.711 to samples at the same rate, 8 kHz. */
export function decodeG711(bytes: Uint8Array, law: 'audio/pcmu' | 'audio/pcma'): Int16Array {
  const decode = law === 'audio/pcmu' ? decodeMuLaw : decodeALaw;
  return Int16Array.from(bytes, decode);
}

/** Encodes samples at 24 kHz as 8-bit G.711 at 8 kHz; three samples become their mean. */
export function encodeG711(samples: Int16Array, law: 'audio/pcmu' | 'audio/pcma'): Uint8Array {
  const encode = law === 'audio/pcmu' ? encodeMuLaw : encodeALaw;
  const bytes = new Uint8Array(Math.floor(samples.length / 3));
  for (let index = 0; index < bytes.length; index++) {
    const at = index * 3;
    bytes[index] = encode(Math.round((samples[at]! + samples[at + 1]! + samples[at + 2]!) / 3));
  }
  return bytes;
}

const MU_BIAS = 0x84;
const MU_CLIP = 32_635;

function decodeMuLaw(byte: number): number {
  const value = ~byte & 0xff;
  const magnitude = (((value & 0x0f) << 3) + MU_BIAS) << ((value >> 4) & 7);
  return value & 0x80 ? MU_BIAS - magnitude : magnitude - MU_BIAS;
}

function encodeMuLaw(sample: number): number {
  const magnitude = Math.min(MU_CLIP, Math.abs(sample)) + MU_BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

function decodeALaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = (value & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

function encodeALaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(0x7fff, Math.abs(sample));
  const exponent = magnitude < 256 ? 0 : 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
