import { readFileSync } from 'node:fs';
import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createBrook } from './brook-adapter.ts';
import { createBrookSimulator } from './brook-simulator.ts';
import { ASSISTANT_AUDIO, readAudioFrame, USER_AUDIO } from './brook-wire.ts';

const fixture = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.jsonl`, import.meta.url), 'utf8');

defineAdapterConformance({
  adapter: createBrook(),
  options: { apiKey: 'made-up-key' },
  secrets: ['made-up-key'],
  simulator: createBrookSimulator(),
  stimuli: { voices: ['stone', 'moss'] },
  // The byte in front of the audio is none of it.
  audioPayload: (frame) => readAudioFrame(USER_AUDIO, frame) ?? readAudioFrame(ASSISTANT_AUDIO, frame),
  transcripts: {
    error: fixture('error'),
    hello: fixture('hello'),
    'barge-in': fixture('barge-in'),
    'tool-call': fixture('tool-call'),
  },
  failures: {
    auth: { end: { type: 'refused', status: 401, body: '{"reason":"bad key"}' } },
    quota: { end: { type: 'closed', code: 4429, reason: 'out of credit' } },
    goAway: { frames: [{ op: 'closing', n: 2, in: 30 }], end: { type: 'closed', code: 1000, reason: '' } },
  },
});
