export {
  baseUrlSchema,
  headersSchema,
  headerValueSchema,
  parseAdapterOptions,
  webSocketBase,
} from './adapter-options.ts';
export { decodeBase64, decodeIntactBase64, encodeBase64 } from './base64.ts';
export { appendBounded, boundText, MAX_KEPT_TEXT_CHARS } from './bound-text.ts';
export { boundedList, MAX_LIST_ELEMENTS } from './bounded-list.ts';
export { DAMAGED_AUDIO } from './damaged-audio.ts';
export { createFlatScanner, type FlatScanner, type FlatScannerOptions } from './create-flat-scanner.ts';
export { createIdMinter } from './create-id-minter.ts';
export { fingerprint } from './fingerprint.ts';
export { appendAudioMessage } from './dialects/append-audio-message.ts';
export { AssistantOutput, type PiecePlace } from './dialects/assistant-output.ts';
export { type CodecDraft, pushMessage } from './dialects/codec-output.ts';
export {
  type ConnectionErrorTables,
  type DialectError,
  type ErrorRow,
  errorRow,
  type ErrorTable,
  fatalError,
  mildError,
  readDialectError,
  reportError,
  STANDARD_CLOSE_CODES,
  STANDARD_HTTP_STATUSES,
  toConnectionError,
  toProviderError,
} from './dialects/dialect-errors.ts';
export { historyItems, type HistoryStyle, type RealtimeHistoryItem } from './dialects/history-items.ts';
export { type ItemCut, planTruncation } from './dialects/plan-truncation.ts';
export { readResponseEnd, type ResponseOutcome } from './dialects/read-response-end.ts';
export { readServerEvent, type ServerEventFrame, type ServerEventReading } from './dialects/read-server-event.ts';
export {
  createRealtimeAudioDeltaReader,
  readRealtimeAudio,
  type RealtimeAudioDeltaReader,
} from './dialects/realtime-audio-delta.ts';
export { currentRealtimeEventName } from './dialects/realtime-event-names.ts';
export { readRealtimeUsage } from './dialects/realtime-usage.ts';
export {
  EMPTY_RESPONSE_QUEUE,
  RESPONSE_TIMEOUT_MS,
  responseQueueDeadlineMs,
  type ResponseQueueEffect,
  type ResponseQueueInput,
  type ResponseQueueState,
  type ResponseQueueStep,
  type ResponseRequest,
  type ResponseSlot,
  type SentRequest,
  stepResponseQueue,
} from './dialects/response-queue.ts';
export { ResponseLedger } from './dialects/response-ledger.ts';
export type { AnnouncedResponse, ResponseNames } from './dialects/response-names.ts';
export { type ResponseCreateMessage, ResponseRequests } from './dialects/response-requests.ts';
export type { SpokenItems } from './dialects/spoken-items.ts';
export { type CallSource, type SendCallError, ToolCalls, type ToldCall } from './dialects/tool-calls.ts';
export { ToolRounds } from './dialects/tool-rounds.ts';
export { idText, lenient, optionalIdSchema } from './dialects/wire-fields.ts';
export { ignoredSettings } from './ignored-settings.ts';
export { type CallOutcome, ModelResponses } from './model-responses.ts';
export { nestsDeeperThan } from './nests-deeper-than.ts';
export { frameText, type JsonFrame, MAX_JSON_LEVELS, parseJsonFrame } from './parse-json-frame.ts';
export { MAX_ID_CHARS, RecentIds, RecentMap } from './recent-map.ts';
export { readToolArguments, type ToolArguments } from './read-tool-arguments.ts';
export { endOfString, equals, skipSpace, sliceAscii } from './scan-json.ts';
export { type ShortenedText, shortenText } from './shorten-text.ts';
export { unusableToolCall } from './unusable-tool-call.ts';
export { UserTurns } from './user-turns.ts';
