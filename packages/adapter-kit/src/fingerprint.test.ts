import { expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';

test('equal texts have one fingerprint, and a change anywhere in a long one makes another', () => {
  const long = 'x'.repeat(5000);
  expect(fingerprint(`${long}1`)).toBe(fingerprint(`${long}1`));
  const others = [
    `${long}2`,
    `1${long}`,
    `${long}1x`,
    `${long.slice(1)}1`,
    `${long.slice(0, 2500)}y${long.slice(0, 2500)}`,
  ];
  expect(new Set([`${long}1`, ...others].map((text) => fingerprint(text))).size).toBe(6);
  expect(fingerprint('')).toBe('0.2166136261.2646966556');
});
