import type { AdapterCapabilities } from '@speko/adapter';

// Step 2: what the vendor's documentation promises. A flag that is false has one sentence in `reasons`, for the
// developer of a client; a flag that is true is proven by the conformance suite.

/** What Acme can do. */
export const CAPABILITIES: AdapterCapabilities = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
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
  resumption: false,
  fullDuplex: false,
  reasons: {
    truncate: 'Acme cannot forget what was not heard.',
    resumption: 'Acme cannot resume a conversation.',
    fullDuplex: 'Acme takes turns.',
  },
};
