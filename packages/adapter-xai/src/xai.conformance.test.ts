import { readFileSync } from 'node:fs';
import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createXaiSimulator } from '@speko/simulators/xai';
import { createXai } from './xai-adapter.ts';

const tool = (name: string, parameter: string) => ({
  name,
  description: `Looks up ${parameter}.`,
  parameters: { type: 'object', properties: { [parameter]: { type: 'string' } } },
});

const fixture = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.jsonl`, import.meta.url), 'utf8');

defineAdapterConformance({
  adapter: createXai(),
  options: { apiKey: 'test-key-0123456789' },
  secrets: ['test-key-0123456789'],
  simulator: createXaiSimulator({ callTools: 'on-request' }),
  config: { model: 'grok-voice-3.0' },
  transcripts: {
    hello: fixture('hello'),
    'barge-in': fixture('barge-in'),
    'tool-call': fixture('tool-call'),
    'growing-turn': fixture('growing-turn'),
    error: fixture('error'),
  },
  stimuli: {
    longQuestion: 'Tell me at length how ferries are built, painted, launched, crewed, docked and mended in winter.',
    toolCall: {
      text: 'Use berth_status please.',
      tools: [tool('berth_status', 'berth')],
      arguments: '{"berth":"simulated"}',
    },
    parallelToolCalls: {
      text: 'Use berth_status and tide_table please.',
      tools: [tool('berth_status', 'berth'), tool('tide_table', 'day')],
    },
  },
  failures: {
    auth: {
      end: {
        type: 'refused',
        status: 400,
        body: '{"code":"Client specified an invalid argument","error":"Incorrect API key provided: test***."}',
      },
    },
    quota: { end: { type: 'refused', status: 402, body: '{"code":"Payment required","error":"No credits left."}' } },
    goAway: {
      frames: [{ type: 'error', event_id: 'e1', error: { type: 'max_duration', message: 'The session is over.' } }],
      end: { type: 'closed', code: 1000, reason: '' },
    },
  },
});
