export { capabilitiesSchema } from './frames/capabilities.ts';
export {
  clientFrameSchema,
  controlFrameSchema,
  interruptFrameSchema,
  pingFrameSchema,
  playbackFrameSchema,
  textFrameSchema,
  toolResultFrameSchema,
} from './frames/client-frames.ts';
export { parseClientFrame, type ClientFrameResult } from './frames/parse-client-frame.ts';
export {
  receivedReadyFrameSchema,
  receivedServerFrameSchema,
  receivedTranscriptFrameSchema,
} from './frames/received-frames.ts';
export {
  endFrameSchema,
  errorFrameSchema,
  interruptionFrameSchema,
  pongFrameSchema,
  readyFrameSchema,
  serverFrameSchema,
  serverToolCallFrameSchema,
  speechFrameSchema,
  toolCallFrameSchema,
  transcriptFrameSchema,
  usageFrameSchema,
} from './frames/server-frames.ts';
export { errorBodySchema, errorIssueSchema } from './rest/error-body.ts';
export { healthSchema } from './rest/health.ts';
export { providerInfoSchema, providersSchema } from './rest/providers.ts';
export {
  audioSumsSchema,
  pageCursorSchema,
  sessionEntrySchema,
  sessionListQuerySchema,
  sessionListSchema,
  sessionRecordSchema,
  timeToFirstAudioSchema,
  usageSumsSchema,
} from './rest/session-record.ts';
export {
  createSessionRequestSchema,
  HOSTED_FIELDS,
  idempotencyKeySchema,
  metadataSchema,
  providerIdSchema,
  s2sRequestSchema,
  toolDefinitionSchema,
} from './rest/session-request.ts';
export { createSessionResponseSchema } from './rest/session-response.ts';
export {
  endEventSchema,
  sessionStreamEventSchema,
  sessionStreamQuerySchema,
  statusEventSchema,
  transcriptEventSchema,
} from './rest/session-stream.ts';
export { listedEntrySchema, transcriptEntrySchema, transcriptSchema } from './rest/session-transcript.ts';
export { usageQuerySchema, usageReportSchema, usageRowSchema } from './rest/usage-report.ts';
export { validateRequest, type RequestValidation } from './rest/validate-request.ts';
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
export { createOpenApiDocument, type OpenApiDocument, type OpenApiOptions } from './rest/openapi-document.ts';
export type { JsonSchema } from './schema-registry.ts';
