export type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  DialedAdapter,
  DialPlan,
  EngineOutput,
  InProcessAdapter,
  ProviderAudio,
  ProviderEngine,
  ProviderFrame,
  RealtimeAdapter,
} from './adapter.ts';
export { AdapterError } from './adapter-error.ts';
export type { AdapterErrorCode, AdapterErrorOptions } from './adapter-error.ts';
export type { AdapterCapabilities, CapabilityFlags, CapabilityName } from './capabilities.ts';
export type {
  AudioClearCommand,
  AudioCommitCommand,
  HeardItem,
  ResponseCancelCommand,
  ResponseTruncateCommand,
  SessionCommand,
  TextAppendCommand,
  ToolResultCommand,
} from './commands.ts';
export type {
  AudioDeltaEvent,
  GoAwayEvent,
  InputCommitEvent,
  ProviderErrorEvent,
  ProviderRawEvent,
  ResponseEndEvent,
  ResponseInterruptEvent,
  ResponseStartEvent,
  ResumptionUpdateEvent,
  ServerToolEvent,
  SessionEvent,
  SessionReadyEvent,
  SpeechEndEvent,
  SpeechStartEvent,
  TokenUsage,
  ToolCallEvent,
  ToolCancelEvent,
  TranscriptDeltaEvent,
  TranscriptEndEvent,
  TranscriptReplaceEvent,
  UsageReportEvent,
} from './events.ts';
export type { HistoryItem, SessionConfig, SessionContinuation, ToolDefinition } from './session-config.ts';
