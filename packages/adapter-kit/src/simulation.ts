export { Agenda } from './simulation/agenda.ts';
export { layOutResponse, type TimelineOptions, type TimelineStep } from './simulation/response-timeline.ts';
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
} from './simulation/simulated-reply.ts';
export { SimulatedVad, type VadEvent, type VadSettings } from './simulation/simulated-vad.ts';
export { synthesiseVoice } from './simulation/synthesise-voice.ts';
