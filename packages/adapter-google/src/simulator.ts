export { createGoogleSimulator } from './simulator/create-google-simulator.ts';
export type { SimulatedReply } from './simulator/simulated-reply.ts';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator/simulator-faults.ts';
export type { GoogleSimulatorOptions } from './simulator/simulator-options.ts';
export type {
  SimulatedTool,
  SimulatedToolResult,
  SimulatedToolUse,
  SimulatedTurn,
} from '@speko/adapter-kit/simulation';
