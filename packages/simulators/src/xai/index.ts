export type {
  SimulatedAudio,
  SimulatedReply,
  SimulatedSpeech,
  SimulatedTool,
  SimulatedToolResult,
  SimulatedToolUse,
  SimulatedTurn,
} from '@speko/simulator-kit';
export { createXaiSimulator } from './create-xai-simulator.ts';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator-faults.ts';
export type { XaiSimulatorOptions } from './simulator-options.ts';
