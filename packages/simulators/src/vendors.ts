// Every simulated vendor, one line each.
export { OPENAI } from './openai/vendor.ts';
export { GOOGLE } from './google/vendor.ts';
export { XAI } from './xai/vendor.ts';
