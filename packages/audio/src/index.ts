export { AudioError, type AudioErrorCode } from './audio-error.ts';
export { bestCorrelation, type BestCorrelation } from './best-correlation.ts';
export { createResampler, RESAMPLER_RANGE_HZ, type Resampler, type ResamplerOptions } from './create-resampler.ts';
export { decodeWav, type DecodedWav } from './decode-wav.ts';
export { encodeWav, wavHeader, type EncodeWavOptions, type WavHeaderOptions } from './encode-wav.ts';
export { levelDbfs, levelPeak, levelRms } from './level.ts';
export { PcmAligner } from './pcm-aligner.ts';
export { PcmChunker, type PcmChunkerOptions } from './pcm-chunker.ts';
export { pcmByteLength, pcmDurationMs, pcmToSamples, samplesToPcm, silence } from './pcm.ts';
