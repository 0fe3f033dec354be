export { createGoogle } from './google-adapter.ts';
export { type GoogleOptions, type GoogleOptionsInput, googleOptionsSchema } from './google-options.ts';
