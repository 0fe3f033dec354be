export { decodeBase64, encodeBase64 } from './base64.ts';
export { createFlatScanner, type FlatScanner, type FlatScannerOptions } from './create-flat-scanner.ts';
export { createIdMinter } from './create-id-minter.ts';
export { createRealtimeAudioDeltaReader, type RealtimeAudioDeltaReader } from './dialects/realtime-audio-delta.ts';
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
export { frameText, type JsonFrame, parseJsonFrame } from './parse-json-frame.ts';
export { endOfString, equals, skipSpace, sliceAscii } from './scan-json.ts';
export type {
  ProviderSimulator,
  SimulatedConnection,
  SimulatedUpgrade,
  SimulatorOutput,
  UpgradeAnswer,
} from './simulator.ts';
