export { createOpenAISimulator } from './simulator/create-openai-simulator.ts';
export type {
  SimulatedAudio,
  SimulatedReply,
  SimulatedSpeech,
  SimulatedTool,
  SimulatedToolResult,
  SimulatedToolUse,
  SimulatedTurn,
} from './simulator/simulated-reply.ts';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator/simulator-faults.ts';
export type { OpenAISimulatorOptions } from './simulator/simulator-options.ts';
