import { expect, test } from 'vitest';
import { adapterChecks } from './adapter-checks.ts';
import { whereToLook } from './where-to-look.ts';

test('every check tells the author of an adapter which file decides it', () => {
  const adapter = { id: 'acme' } as Parameters<typeof whereToLook>[1]['adapter'];
  for (const { name } of adapterChecks) {
    expect(whereToLook(name, { adapter }), name).toMatch(/^acme(-\w+|\.conformance\.test)\.ts\b.{5,}/);
  }
});
