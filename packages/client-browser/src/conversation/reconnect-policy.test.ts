import { expect, test } from 'vitest';

import { mayReconnect, reconnectDelayMs } from './reconnect-policy.ts';

test.each([1001, 1005, 1006, 1012, 1013, 1014])('[CV15] a connection that broke with %i is replaced', (code) => {
  expect(mayReconnect({ code, reason: '', announced: false })).toBe(true);
});

test.each([1000, 1002, 1007, 1008, 1009, 1011, 4400, 4408, 4429])('[CV15] one that ended with %i is not', (code) => {
  expect(mayReconnect({ code, reason: '', announced: false })).toBe(false);
});

test('[CV15] after `end` only a gateway that shuts down is left for another', () => {
  expect(mayReconnect({ code: 1012, reason: 'server_shutdown', announced: true })).toBe(true);
  expect(mayReconnect({ code: 1006, reason: 'server_shutdown', announced: true })).toBe(true);
  expect(mayReconnect({ code: 1006, reason: 'ended_by_api', announced: true })).toBe(false);
  expect(mayReconnect({ code: 1011, reason: 'provider_error', announced: true })).toBe(false);
});

test('[CV16] waits double up to 5 s, at random below that', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((attempt) => reconnectDelayMs(attempt, 1))).toEqual([
    250, 500, 1000, 2000, 4000, 5000, 5000,
  ]);
  expect(reconnectDelayMs(3, 0)).toBe(0);
  expect(reconnectDelayMs(3, 0.5)).toBe(1000);
});
