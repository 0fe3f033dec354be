import type { SimulatedVendor } from './simulated-vendor.ts';
import * as vendors from './vendors.ts';

export type { CommonSimulatorOptions, SimulatedVendor } from './simulated-vendor.ts';

/** Every vendor that can be simulated, by id. */
export const SIMULATED_VENDORS: readonly SimulatedVendor[] = Object.values(vendors).toSorted((left, right) =>
  left.id < right.id ? -1 : 1,
);
