import { knownFaults, type SimulatedVendor } from '../simulated-vendor.ts';
import { createGoogleSimulator } from './create-google-simulator.ts';
import { SIMULATED_FAULTS } from './simulator-faults.ts';

/** Gemini Live. */
export const GOOGLE: SimulatedVendor = {
  id: 'google',
  name: 'Gemini Live',
  keyVariable: 'GEMINI_API_KEY',
  urlVariable: 'GEMINI_BASE_URL',
  basePath: '',
  faults: SIMULATED_FAULTS,
  create: (options) => createGoogleSimulator({ ...options, faults: knownFaults(options?.faults, SIMULATED_FAULTS) }),
};
