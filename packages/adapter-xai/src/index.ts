export { createXai } from './create-xai.ts';
export type { XaiOptions, XaiOptionsInput } from './xai-options.ts';
