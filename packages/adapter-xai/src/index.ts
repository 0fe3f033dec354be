export { createXai } from './create-xai.ts';
export { type XaiOptions, type XaiOptionsInput, xaiOptionsSchema } from './xai-options.ts';
