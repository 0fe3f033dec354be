import { test } from 'vitest';
import { driveAdapter } from '@speko/adapter-testkit';
import { createGoogle } from './create-google.ts';
import { createGoogleSimulator } from './simulator.ts';
test('x', () => {
  const d = driveAdapter({ adapter: createGoogle(), options: { apiKey: 'k' }, simulator: createGoogleSimulator(), config: { tools: [{ name: 'find_tea', description: 'd', parameters: { type: 'object', properties: { kind: { type: 'string' } } } }] } });
  d.advance(1000);
  console.log(JSON.stringify(d.events, null, 1), d.transcript);
});
