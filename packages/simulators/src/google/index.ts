export type { SimulatedTool, SimulatedToolResult, SimulatedToolUse, SimulatedTurn } from '@speko/simulator-kit';
export { createGoogleSimulator } from './create-google-simulator.ts';
export type { SimulatedReply } from './simulated-reply.ts';
export { SIMULATED_FAULTS, type SimulatedFault } from './simulator-faults.ts';
export type { GoogleSimulatorOptions } from './simulator-options.ts';
