export { Agenda } from './agenda.ts';
export type {
  ProviderSimulator,
  SimulatedConnection,
  SimulatedUpgrade,
  SimulatorOutput,
  UpgradeAnswer,
} from './provider-simulator.ts';
export { layOutResponse, type TimelineOptions, type TimelineStep } from './response-timeline.ts';
export {
  type ConversationEvent,
  type ConversationOptions,
  type ConversationSettings,
  SimulatedConversation,
} from './simulated-conversation.ts';
export {
  createDefaultReply,
  type PlainReply,
  type SimulatedAudio,
  type SimulatedReply,
  type SimulatedSpeech,
  type SimulatedTool,
  type SimulatedToolResult,
  type SimulatedToolUse,
  type SimulatedTurn,
} from './simulated-reply.ts';
export { SimulatedVad, type VadEvent, type VadSettings } from './simulated-vad.ts';
export { synthesiseVoice } from './synthesise-voice.ts';
