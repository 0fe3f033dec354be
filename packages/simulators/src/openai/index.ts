export type {
  SimulatedAudio,
  SimulatedReply,
  SimulatedSpeech,
  SimulatedTool,
  SimulatedToolResult,
  SimulatedToolUse,
  SimulatedTurn,
} from '@speko/simulator-kit';
export { createOpenAISimulator } from './create-openai-simulator.ts';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator-faults.ts';
export type { OpenAISimulatorOptions } from './simulator-options.ts';
