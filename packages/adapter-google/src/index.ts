export { createGoogle } from './create-google.ts';
export { type GoogleOptions, type GoogleOptionsInput, googleOptionsSchema } from './google-options.ts';
