export {
  defineTool,
  SpekoApiError,
  SpekoAuthError,
  SpekoConnectionError,
  SpekoError,
  SpekoRateLimitError,
} from '@speko/client-core';
export type {
  FetchAnswer,
  FetchLike,
  IgnoredMessage,
  RealtimeTool,
  SessionAudioFrame,
  SessionCloseFrame,
  SessionErrorFrame,
  SessionFrame,
  SessionInfo,
  SessionInterruptionFrame,
  SessionOptions,
  SessionParams,
  SessionReadyFrame,
  SessionServerToolCallFrame,
  SessionSpeechFrame,
  SessionToolCallFrame,
  SessionToolResultFrame,
  SessionTranscriptFrame,
  SessionUsageFrame,
  SpekoApiErrorCode,
  SpekoConnectionErrorCode,
  StandardSchema,
  ToolContext,
  ToolParameters,
} from '@speko/client-core';
export { AudioError, encodeWav, type AudioErrorCode, type EncodeWavOptions } from '@speko/audio';
export { pacedAudio, type PacedAudioOptions } from './paced-audio.ts';
export { PlaybackClock, type PlaybackClockOptions } from './playback-clock.ts';
export { RealtimeSession, type RealtimeSessionOptions } from './realtime-session.ts';
export type { PcmInput } from './to-pcm.ts';
export { Speko, type ConnectRealtimeParams, type CreateSessionParams, type SpekoOptions } from './speko.ts';
