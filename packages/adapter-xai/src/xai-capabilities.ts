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
  resumption: true,
  fullDuplex: false,
  reasons: {
    temperature: 'The xAI Grok Voice Agent API has no temperature setting.',
    fullDuplex: 'The xAI Grok Voice Agent API takes turns.',
  },
};
