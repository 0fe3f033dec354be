import type { AdapterCapabilities, SessionConfig } from '@speko/adapter';
import { expect, test } from 'vitest';
import { ignoredSettings } from './ignored-settings.ts';

const able: AdapterCapabilities = {
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
  resumption: true,
  fullDuplex: true,
  reasons: {},
};
const plain: SessionConfig = {
  sessionId: 's',
  model: 'm',
  tools: [],
  turnDetection: 'manual',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
};
const rich: SessionConfig = {
  ...plain,
  tools: [{ name: 'lookup', description: '', parameters: {} }],
  voice: 'leo',
  temperature: 0,
  firstMessage: 'Hello.',
};
const unable = {
  ...able,
  turnDetectionManual: false,
  tools: false,
  voice: false,
  temperature: false,
  firstMessage: false,
};

test('[AD25] a setting is ignored where the session asks for it and the vendor has no knob', () => {
  expect(ignoredSettings(rich, unable)).toEqual([
    's2s.turnDetection',
    's2s.tools',
    's2s.voice',
    's2s.temperature',
    'firstMessage',
  ]);
  expect(ignoredSettings(plain, unable)).toEqual(['s2s.turnDetection']);
  expect(ignoredSettings(rich, able)).toEqual([]);
});
