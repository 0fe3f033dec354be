export { createOpenAISimulator } from './simulator/create-openai-simulator.ts';
export type {
  SimulatedAudio,
  SimulatedReply,
  SimulatedSpeech,
  SimulatedTool,
  SimulatedToolResult,
  SimulatedToolUse,
  SimulatedTurn,
} from '@speko/adapter-kit/simulation';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator/simulator-faults.ts';
export type { OpenAISimulatorOptions } from './simulator/simulator-options.ts';
