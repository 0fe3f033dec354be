import type { DialedAdapter } from '@speko/adapter';
import { CAPABILITIES, sessionCapabilities } from './google-capabilities.ts';
import { GoogleCodec } from './google-codec.ts';
import { planGoogleDial } from './google-dial-plan.ts';
import { type GoogleOptions, parseGoogleOptions } from './google-options.ts';

/** The adapter for the Gemini Live API, on Google AI and on Vertex AI. */
export function createGoogle(): DialedAdapter<GoogleOptions> {
  return {
    kind: 'dialed',
    id: 'google',
    displayName: 'Google Gemini',
    capabilities: CAPABILITIES,
    sessionCapabilities,
    exampleModel: 'gemini-3.8-live',
    parseOptions: parseGoogleOptions,
    plan: planGoogleDial,
    createCodec: (config, options) => new GoogleCodec(config, options),
  };
}
