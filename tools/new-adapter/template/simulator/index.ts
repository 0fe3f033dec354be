export { createAcmeSimulator } from './acme-simulator.ts';
