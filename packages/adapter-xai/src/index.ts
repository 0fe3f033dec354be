export { createXai } from './xai-adapter.ts';
export { type XaiOptions, type XaiOptionsInput, xaiOptionsSchema } from './xai-options.ts';
