export type {
  SimulatedAudio,
  SimulatedReply,
  SimulatedSpeech,
  SimulatedTool,
  SimulatedToolResult,
  SimulatedToolUse,
  SimulatedTurn,
} from '@speko/adapter-kit/simulation';
export { createXaiSimulator } from './simulator/create-xai-simulator.ts';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator/simulator-faults.ts';
export type { XaiSimulatorOptions } from './simulator/simulator-options.ts';
