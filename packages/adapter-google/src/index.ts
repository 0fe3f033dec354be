export { createGoogle } from './create-google.ts';
export type { GoogleOptions, GoogleOptionsInput } from './google-options.ts';
export type { ModelProfileName } from './model-profiles.ts';
