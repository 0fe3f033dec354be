import { readFileSync } from 'node:fs';
import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createAcmeSimulator } from '@speko/simulators/acme';
import { createAcme } from './acme-adapter.ts';

const fixture = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.jsonl`, import.meta.url), 'utf8');

defineAdapterConformance({
  adapter: createAcme(),
  options: { apiKey: 'made-up-key' },
  secrets: ['made-up-key'],
  simulator: createAcmeSimulator(),
  transcripts: { error: fixture('error') },
  failures: {
    auth: { end: { type: 'refused', status: 401, body: '{"error":{"code":"invalid_key","message":"Wrong key."}}' } },
    quota: { frames: [{ type: 'error', code: 'no_credit', message: 'There is no credit left.' }] },
    goAway: { frames: [{ type: 'expiring', seconds: 60 }] },
  },
});
