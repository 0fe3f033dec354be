export { createEcho } from './echo-adapter.ts';
export type { EchoOptions } from './echo-options.ts';
