import { expect, test } from 'vitest';
import { bearerToken } from './authenticate.ts';

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc  ', 'abc'],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['Basic abc', undefined],
  ['abc', undefined],
  ['Bearer ümlaut', undefined],
  [undefined, undefined],
])('[RS1] the credential of %j is %j', (header, expected) => {
  expect(bearerToken(header)).toBe(expected);
});
