import { knownFaults, type SimulatedVendor } from '../simulated-vendor.ts';
import { createOpenAISimulator } from './create-openai-simulator.ts';
import { SIMULATED_FAULTS } from './simulator-faults.ts';

/** OpenAI Realtime. */
export const OPENAI: SimulatedVendor = {
  id: 'openai',
  name: 'OpenAI Realtime',
  keyVariable: 'OPENAI_API_KEY',
  urlVariable: 'OPENAI_BASE_URL',
  basePath: '/v1',
  faults: SIMULATED_FAULTS,
  create: (options) => createOpenAISimulator({ ...options, faults: knownFaults(options?.faults, SIMULATED_FAULTS) }),
};
