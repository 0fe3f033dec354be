import { expect, test } from 'vitest';
import { SessionMeter } from './session-meter.ts';

test('[US1] tokens that are billed apart are summed with the others, and count as no response', () => {
  const meter = new SessionMeter();
  const kinds = { outputAudioTokens: 0, cachedTokens: 0, inputTextTokens: 0 };
  meter.addUsage({ ...kinds, inputAudioTokens: 10, outputTextTokens: 5 }, true);
  meter.addUsage({ ...kinds, inputAudioTokens: 14, outputTextTokens: 7 }, false);
  expect(meter.usage).toEqual({ ...kinds, responses: 1, inputAudioTokens: 24, outputTextTokens: 12 });
});
