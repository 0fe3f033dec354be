import { expect, test } from 'vitest';
import { ADAPTER_CHECKS } from './adapter-checks.ts';
import { whereToLook } from './where-to-look.ts';

test('every check tells the author of an adapter which file decides it', () => {
  const adapter = { id: 'acme' } as Parameters<typeof whereToLook>[1]['adapter'];
  const vague = ADAPTER_CHECKS.map(({ name }) => `${name}: ${whereToLook(name, { adapter })}`).filter(
    (text) => !/: acme(-[\w-]+|\.conformance\.test)\.ts\b.{5,}/.test(text),
  );
  expect(vague).toEqual([]);
});
