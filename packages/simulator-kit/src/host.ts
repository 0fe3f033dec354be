export { startSimulatorHost } from './host/start-simulator-host.ts';
export type { SimulatorHost, SimulatorHostOptions } from './host/start-simulator-host.ts';
export type { HostClock } from './host/host-clock.ts';
export type { HostConnection, ReceivedFrame } from './host/host-connection.ts';
export type { NetworkFaults } from './host/network-faults.ts';
