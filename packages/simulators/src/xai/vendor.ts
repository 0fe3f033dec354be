import { knownFaults, type SimulatedVendor } from '../simulated-vendor.ts';
import { createXaiSimulator } from './create-xai-simulator.ts';
import { SIMULATED_FAULTS } from './simulator-faults.ts';

/** xAI Grok Voice. */
export const XAI: SimulatedVendor = {
  id: 'xai',
  name: 'xAI Grok Voice',
  keyVariable: 'XAI_API_KEY',
  urlVariable: 'XAI_BASE_URL',
  basePath: '/v1',
  faults: SIMULATED_FAULTS,
  create: (options) => createXaiSimulator({ ...options, faults: knownFaults(options?.faults, SIMULATED_FAULTS) }),
};
