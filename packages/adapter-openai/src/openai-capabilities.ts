import type { AdapterCapabilities } from '@speko/adapter';

/** Capabilities of the vendor. */
export const CAPABILITIES: AdapterCapabilities = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: true,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: false,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
  reasons: {
    temperature: 'The OpenAI Realtime API has no temperature setting.',
    resumption: 'The OpenAI Realtime API cannot resume a conversation; a new connection is told the history instead.',
    fullDuplex: 'The OpenAI Realtime API takes turns.',
  },
};
