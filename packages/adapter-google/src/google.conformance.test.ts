import { readFileSync } from 'node:fs';
import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createGoogleSimulator } from '@speko/simulators/google';
import { createGoogle } from './google-adapter.ts';

const tool = (name: string, parameter: string) => ({
  name,
  description: `Looks up ${parameter}.`,
  parameters: { type: 'object', properties: { [parameter]: { type: 'string' } } },
});

const fixture = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.jsonl`, import.meta.url), 'utf8');

// A service of its own for each connection, since its handles count up.
const fresh = () => createGoogleSimulator({ callTools: 'on-request' });

defineAdapterConformance({
  adapter: createGoogle(),
  options: { apiKey: 'test-key-0123456789' },
  secrets: ['test-key-0123456789'],
  simulator: {
    id: 'google',
    upgrade: (request) => fresh().upgrade(request),
    connect: (request, nowMs) => fresh().connect(request, nowMs),
  },
  config: { model: 'gemini-3.8-live' },
  transcripts: {
    hello: fixture('hello'),
    'barge-in': fixture('barge-in'),
    'tool-call': fixture('tool-call'),
    'manual-2.5': fixture('manual-2.5'),
  },
  stimuli: {
    longQuestion: 'Tell me at length how tea is grown, picked, rolled, dried, packed and shipped around the world.',
    toolCall: {
      text: 'Use find_tea please.',
      tools: [tool('find_tea', 'kind')],
      arguments: '{"kind":"simulated"}',
    },
    parallelToolCalls: {
      text: 'Use find_tea and find_cup please.',
      tools: [tool('find_tea', 'kind'), tool('find_cup', 'size')],
    },
  },
  failures: {
    auth: { end: { type: 'closed', code: 1007, reason: 'API key not valid. Please pass a valid API key.' } },
    quota: {
      end: {
        type: 'closed',
        code: 1011,
        reason: 'You exceeded your current quota, please check your plan and billing details.',
      },
    },
    goAway: { frames: [{ goAway: { timeLeft: '50s' } }] },
  },
});
