export { createBrook } from './brook-adapter.ts';
export { type BrookOptions, brookOptionsSchema } from './brook-options.ts';
