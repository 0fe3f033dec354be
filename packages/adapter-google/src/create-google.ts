import type { AdapterCapabilities, DialedAdapter, SessionConfig } from '@speko/adapter';
import { CLEAR_REASON, GoogleCodec, INTERRUPT_REASON, TRUNCATE_REASON } from './google-codec.ts';
import { planGoogleDial } from './google-dial-plan.ts';
import { type GoogleOptions, parseGoogleOptions } from './google-options.ts';

/** With the vendor's turn detection, as in most sessions. */
const CAPABILITIES: AdapterCapabilities = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: false,
  interrupt: false,
  truncate: false,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: true,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: true,
  fullDuplex: false,
  reasons: {
    clear: CLEAR_REASON,
    interrupt: INTERRUPT_REASON,
    truncate: TRUNCATE_REASON,
    fullDuplex: 'Gemini Live takes turns.',
  },
};

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

/** Turns ended by hand are held back until they are committed, and opening one stops the model. */
function sessionCapabilities(config: SessionConfig, { interruptBy }: GoogleOptions): AdapterCapabilities {
  const isManual = config.turnDetection === 'manual';
  if (!isManual && interruptBy === 'muting') return CAPABILITIES;
  const { clear, interrupt: _interrupt, ...reasons } = CAPABILITIES.reasons;
  return {
    ...CAPABILITIES,
    clear: isManual,
    interrupt: true,
    reasons: isManual || clear === undefined ? reasons : { ...reasons, clear },
  };
}
