export { appendAudioMessage } from './openai-dialect/append-audio-message.ts';
export { AssistantOutput, type PiecePlace } from './openai-dialect/assistant-output.ts';
export type { CallSource, ToldCall } from './openai-dialect/call-identity.ts';
export { historyItems, type HistoryStyle, type RealtimeHistoryItem } from './openai-dialect/history-items.ts';
export { truncateItems } from './openai-dialect/plan-truncation.ts';
export { readResponseEnd, type ResponseOutcome } from './openai-dialect/read-response-end.ts';
export { readServerEvent, type ServerEventFrame, type ServerEventReading } from './openai-dialect/read-server-event.ts';
export {
  createRealtimeAudioDeltaReader,
  readRealtimeAudio,
  type RealtimeAudioDeltaReader,
} from './openai-dialect/realtime-audio-delta.ts';
export { readRealtimeUsage } from './openai-dialect/realtime-usage.ts';
export { ResponseLedger } from './openai-dialect/response-ledger.ts';
export type { AnnouncedResponse, ResponseNames } from './openai-dialect/response-names.ts';
export type { ResponseQueueInput, ResponseRequest } from './openai-dialect/response-queue.ts';
export { type ResponseCreateMessage, ResponseRequests } from './openai-dialect/response-requests.ts';
export type { SpokenItems } from './openai-dialect/spoken-items.ts';
export { type SendCallError, ToolCalls } from './openai-dialect/tool-calls.ts';
