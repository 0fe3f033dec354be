export { clampDelay } from './clamp-delay.ts';
export { ClientSession, type ClientSessionOptions } from './client-session.ts';
export { describeCause } from './describe-cause.ts';
export { PushSession, type PushSessionOptions, type SessionOutlet } from './push-session.ts';
export type {
  CreateTransport,
  RealtimeTransport,
  TransportClose,
  TransportHandlers,
  TransportOptions,
} from './realtime-transport.ts';
export { defineTool, type RealtimeTool, type ToolContext, type ToolOf, type ToolParameters } from './realtime-tool.ts';
export {
  RestClient,
  type FetchAnswer,
  type FetchBody,
  type FetchBodyReader,
  type FetchLike,
  type RequestOptions,
  type RestClientOptions,
} from './rest-client.ts';
export type {
  SessionAudioFrame,
  SessionCloseFrame,
  SessionErrorFrame,
  SessionFrame,
  SessionInterruptionFrame,
  SessionReadyFrame,
  SessionServerToolCallFrame,
  SessionSpeechFrame,
  SessionToolCallFrame,
  SessionToolResultFrame,
  SessionTranscriptFrame,
  SessionUsageFrame,
} from './session-frames.ts';
export type { SessionOptions } from './session-options.ts';
export type { SessionInfo, SessionParams } from './session-params.ts';
export {
  createSessionState,
  type CreateSessionStateOptions,
  type IgnoredMessage,
  type LiveSession,
  type SessionEffect,
  type SessionInput,
  type SessionState,
} from './session-state.ts';
export {
  SpekoApiError,
  SpekoAuthError,
  SpekoRateLimitError,
  type SpekoApiErrorCode,
  type SpekoApiErrorOptions,
} from './speko-api-error.ts';
export {
  SpekoConnectionError,
  type SpekoConnectionErrorCode,
  type SpekoConnectionErrorOptions,
} from './speko-connection-error.ts';
export { invalidArgument, SpekoError } from './speko-error.ts';
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts';
export { stepSession, type SessionStep } from './step-session.ts';
export { toApiError, type HttpRefusal } from './to-api-error.ts';
