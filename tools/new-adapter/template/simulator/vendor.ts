import { knownFaults, type SimulatedVendor } from '../simulated-vendor.ts';
import { createAcmeSimulator } from './acme-simulator.ts';

/** Acme. */
export const ACME: SimulatedVendor = {
  id: 'acme',
  name: 'Acme',
  keyVariable: 'ACME_API_KEY',
  urlVariable: 'ACME_BASE_URL',
  basePath: '',
  faults: {},
  create({ faults, reply } = {}) {
    knownFaults(faults, {});
    return createAcmeSimulator(reply === undefined ? {} : { reply });
  },
};
