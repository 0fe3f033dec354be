import { readFileSync } from 'node:fs';
import { defineAdapterConformance } from '@speko/adapter-testkit/vitest';
import { createAcmeSimulator } from '@speko/simulators/acme';
import { createAcme } from './acme-adapter.ts';

const fixture = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.jsonl`, import.meta.url), 'utf8');

// The first test that fails is the next thing to do. docs/adapters/guide.md goes through them in this order.
defineAdapterConformance({
  adapter: createAcme(),
  options: { apiKey: 'made-up-key' },
  secrets: ['made-up-key'],
  simulator: createAcmeSimulator(),
  // Step 14: sessions recorded by scripts/record-transcripts.ts, or from the vendor.
  transcripts: { error: fixture('error') },
  // Step 11: how the vendor says `auth`, `quota` and `goAway`: messages, the end of the connection, or both.
  failures: {},
});
