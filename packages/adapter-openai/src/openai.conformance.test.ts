import { readFileSync } from 'node:fs';
import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { createOpenAI } from './openai-adapter.ts';

const tool = (name: string, parameter: string) => ({
  name,
  description: `Looks up ${parameter}.`,
  parameters: { type: 'object', properties: { [parameter]: { type: 'string' } } },
});

const fixture = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.jsonl`, import.meta.url), 'utf8');

const error = (type: string, code: string, message: string) => ({
  type: 'error',
  event_id: 'event_1',
  error: { type, code, message, param: null, event_id: null },
});

defineAdapterConformance({
  adapter: createOpenAI(),
  options: { apiKey: 'test-key-0123456789' },
  secrets: ['test-key-0123456789'],
  simulator: createOpenAISimulator({ callTools: 'on-request', epochMs: () => 1_795_000_000_000 }),
  config: { model: 'gpt-realtime-2.1' },
  transcripts: {
    hello: fixture('hello'),
    'barge-in': fixture('barge-in'),
    'tool-call': fixture('tool-call'),
    error: fixture('error'),
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
    auth: {
      frames: [error('invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.')],
      end: { type: 'closed', code: 3000, reason: 'invalid_request_error.invalid_api_key' },
    },
    quota: { end: { type: 'closed', code: 1013, reason: 'insufficient_quota.credit_balance_exhausted' } },
    goAway: {
      frames: [
        error('invalid_request_error', 'session_expired', 'Your session hit the maximum duration of 60 minutes.'),
      ],
      end: { type: 'closed', code: 1001, reason: 'Your session hit the maximum duration of 60 minutes.' },
    },
  },
});
