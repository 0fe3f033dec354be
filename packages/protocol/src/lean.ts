// Everything that needs no schema library at run time: what a browser client imports.
export { END_REASONS, MESSAGE_TOO_LARGE_CLOSE_CODE, type EndReason, type EndReasonRow } from './errors/end-reasons.ts';
export { HTTP_ERRORS, type HttpErrorCode, type HttpErrorRow } from './errors/http-errors.ts';
export { isBranded, RealtimeError, type RealtimeErrorOptions } from './errors/realtime-error.ts';
export { SESSION_ERRORS, type SessionErrorCode, type SessionErrorRow } from './errors/session-errors.ts';
export type { Capabilities } from './frames/capabilities.ts';
export type {
  ClientFrame,
  ControlFrame,
  InterruptFrame,
  PingFrame,
  PlaybackFrame,
  TextFrame,
  ToolResultFrame,
} from './frames/client-frames.ts';
export { decodeServerFrame, type UnknownFrame } from './frames/decode-server-frame.ts';
export { encodeClientFrame } from './frames/encode-client-frame.ts';
export { encodeServerFrame } from './frames/encode-server-frame.ts';
export type { ReceivedReadyFrame, ReceivedServerFrame, ReceivedTranscriptFrame } from './frames/received-frames.ts';
export type {
  EndFrame,
  ErrorFrame,
  InterruptionFrame,
  PongFrame,
  ReadyFrame,
  ServerFrame,
  ServerToolCallFrame,
  SpeechFrame,
  ToolCallFrame,
  TranscriptFrame,
  UsageFrame,
} from './frames/server-frames.ts';
export { type ExactInteger, isExactInteger, parseExactJson, parseWellFormedJson } from './json/exact-json.ts';
export { wellFormedJson } from './json/well-formed-json.ts';
export { DEFAULT_SAMPLE_RATE, LIMITS, MAX_MESSAGE_BYTES, SAMPLE_RATES, type SampleRate } from './limits.ts';
export type { ErrorBody, ErrorIssue } from './rest/error-body.ts';
export type { Health } from './rest/health.ts';
export {
  IDEMPOTENCY_KEY_HEADER,
  PATHS,
  realtimePath,
  sessionEndPath,
  sessionPath,
  sessionStreamPath,
  sessionTranscriptPath,
} from './rest/paths.ts';
export type { ProviderInfo, Providers } from './rest/providers.ts';
export type {
  AudioSums,
  SessionEntry,
  SessionList,
  SessionListQuery,
  SessionRecord,
  TimeToFirstAudio,
  UsageSums,
} from './rest/session-record.ts';
export type {
  CreateSessionRequest,
  CreateSessionRequestInput,
  S2sRequest,
  ToolDefinition,
} from './rest/session-request.ts';
export type { CreateSessionResponse } from './rest/session-response.ts';
export {
  SESSION_STATUSES,
  TURN_DETECTION_MODES,
  type SessionStatus,
  type TurnDetectionMode,
} from './rest/session-status.ts';
export type { EndEvent, SessionStreamEvent, StatusEvent, TranscriptEvent } from './rest/session-stream.ts';
export type { ListedEntry, Transcript, TranscriptEntry } from './rest/session-transcript.ts';
export type { UsageQuery, UsageReport, UsageRow } from './rest/usage-report.ts';
export { isSubprotocolToken, SUBPROTOCOL } from './subprotocol.ts';
