import { RealtimeError } from '@speko/protocol/lean';
import { expect, test } from 'vitest';
import { AdapterError } from './adapter-error.ts';

test('[AD26] an AdapterError is a RealtimeError with its code', () => {
  const cause = new Error('inner');
  const error = new AdapterError({ code: 'BAD_OPTIONS', message: 'Set apiKey.', cause });
  expect(error).toBeInstanceOf(RealtimeError);
  expect([error.name, error.code, error.message, error.retryable, error.cause]).toEqual([
    'AdapterError',
    'BAD_OPTIONS',
    'Set apiKey.',
    false,
    cause,
  ]);
});

test('[AD26] an AdapterError names the setting of the request that it is about, or none', () => {
  const of = (path?: string) => new AdapterError({ code: 'BAD_OPTIONS', message: 'x', path }).path;
  expect([of('s2s.tools[3].parameters'), of()]).toEqual(['s2s.tools[3].parameters', undefined]);
});

test('[AD26] isInstance knows the error of another copy of this package', () => {
  const brand = Symbol.for('speko.AdapterError');
  const fromAnotherCopy = Object.assign(new Error('x'), { [brand]: true, code: 'CLOSED' });
  expect(AdapterError.isInstance(fromAnotherCopy)).toBe(true);
});

test.each([
  [new Error('x')],
  [new RealtimeError({ code: 'X', message: 'x' })],
  [{ code: 'CLOSED' }],
  [null],
  ['CLOSED'],
])('[AD26] isInstance knows %s is no AdapterError', (value) => {
  expect(AdapterError.isInstance(value)).toBe(false);
});
