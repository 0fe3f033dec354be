export {
  baseUrlSchema,
  headersSchema,
  headerValueSchema,
  parseAdapterOptions,
  webSocketBase,
} from './adapter-options.ts';
export { decodeBase64, decodeIntactBase64, encodeBase64 } from './base64.ts';
export { appendBounded, boundText } from './bound-text.ts';
export { boundedList } from './bounded-list.ts';
export { type CodecDraft, pushMessage } from './codec-draft.ts';
export { createIdMinter } from './create-id-minter.ts';
export { DAMAGED_AUDIO } from './damaged-audio.ts';
export { earliest } from './earliest.ts';
export { fingerprint } from './fingerprint.ts';
export { ignoredSettings } from './ignored-settings.ts';
export { type CallOutcome, ModelResponses } from './model-responses.ts';
export { nestsDeeperThan } from './nests-deeper-than.ts';
export { frameText, type JsonFrame, MAX_JSON_LEVELS, parseJsonFrame } from './parse-json-frame.ts';
export { readToolArguments, type ToolArguments } from './read-tool-arguments.ts';
export { MAX_ID_CHARS, RecentIds, RecentMap } from './recent-map.ts';
export { sayExactly } from './say-exactly.ts';
export { endOfString, equals, skipSpace, sliceAscii } from './scan-json.ts';
export { type ShortenedText, shortenText } from './shorten-text.ts';
export { unusableToolCall } from './unusable-tool-call.ts';
export { UserTurns } from './user-turns.ts';
export {
  type ConnectionErrorTables,
  type ErrorRow,
  type ErrorTable,
  fatalError,
  mildError,
  readVendorError,
  reportError,
  STANDARD_CLOSE_CODES,
  STANDARD_HTTP_STATUSES,
  toConnectionError,
  toProviderError,
  type VendorError,
} from './vendor-errors.ts';
export { idText, lenient, optionalIdSchema } from './wire-fields.ts';
