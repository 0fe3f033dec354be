import type { AdapterCapabilities, SessionConfig } from '@speko/adapter';
import { CLEAR_REASON, INTERRUPT_REASON, TRUNCATE_REASON } from './codec/commands.ts';
import type { GoogleOptions } from './google-options.ts';

/** With the vendor's turn detection, as in most sessions. */
export const CAPABILITIES: AdapterCapabilities = {
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

/** What one session can do: turns ended by hand are held back until they are committed, and opening one stops the model. */
export function sessionCapabilities(config: SessionConfig, { interruptBy }: GoogleOptions): AdapterCapabilities {
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
