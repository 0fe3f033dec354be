import type { AdapterCapabilities } from '@speko/adapter';

/** What Brook Voice can do. */
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
  temperature: true,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
  reasons: {
    resumption: 'Brook Voice cannot resume a call: a new connection is told what was said instead.',
    fullDuplex: 'Brook Voice takes turns.',
  },
};
