import { adapterChecks } from '@speko/adapter-testkit';
import { test, expect } from 'vitest';
import { createOpenAI } from './create-openai.ts';
import { createOpenAISimulator } from './simulator.ts';
test('soak', { timeout: 200000 }, () => {
  const s = { adapter: createOpenAI(), options: { apiKey: 'test-key-0123456789' }, secrets: ['test-key-0123456789'], config: { model: 'gpt-realtime-2.1' },
    simulator: createOpenAISimulator({ callTools: 'on-request', epochMs: () => 1_795_000_000_000 }), seeds: Array.from({ length: 300 }, (_, i) => 100 + i) };
  const bad: string[] = [];
  for (const c of adapterChecks.filter((c) => ['decode-total', 'commands-total', 'event-shape'].includes(c.name))) { try { c.run(s); } catch (e) { bad.push(c.name + ': ' + String(e)); } }
  expect(bad).toEqual([]);
});
