import { expect, test } from 'vitest';

import {
  isExhausted,
  mayReconnect,
  NO_LOSS,
  reconnectDelayMs,
  stepRecovery,
  timeLeftMs,
  type Recovery,
  type RecoveryInput,
} from './reconnect-policy.ts';

/** Plays what happened, each with its time in milliseconds. */
function recover(...steps: [input: RecoveryInput, atMs: number][]): Recovery {
  return steps.reduce((state, [input, atMs]) => stepRecovery(state, input, atMs), NO_LOSS);
}

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

test('[CV16] time is counted without a connection only, and together', () => {
  const row = recover(['lost', 1_000], ['back', 3_000], ['ready', 3_000], ['lost', 12_999]);
  expect(timeLeftMs(row, 30_000, 12_999)).toBe(28_000);
  expect(timeLeftMs(row, 30_000, 13_999)).toBe(27_000);
  expect(timeLeftMs(recover(['lost', 1_000], ['lost', 5_000]), 30_000, 5_000)).toBe(26_000);
});

test('[CV16] a row of losses ends when a connection was ready for 10 s', () => {
  const row: [RecoveryInput, number][] = [
    ['lost', 0],
    ['attempt', 0],
    ['session', 200],
    ['back', 250],
    ['ready', 300],
  ];
  expect(recover(...row, ['lost', 10_299])).toMatchObject({ attempts: 1, sessions: 1, spentMs: 250 });
  expect(recover(...row, ['lost', 10_300])).toMatchObject({ attempts: 0, sessions: 0, spentMs: 0, lostAtMs: 10_300 });
});

test('[CV16] a session that is never ready settles nothing, however long it is connected', () => {
  expect(recover(['lost', 0], ['session', 1], ['back', 2], ['lost', 999_999])).toMatchObject({ sessions: 1 });
});

test('[CV16] a gateway that shuts down is left for another within a second, and later attempts wait as usual', () => {
  expect(reconnectDelayMs(recover(['shutdown', 0]).attempts, 1)).toBe(1_000);
  expect(recover(['shutdown', 0], ['attempt', 0], ['attempt', 0], ['shutdown', 1]).attempts).toBe(4);
});

test('[CV16] a row of losses gets ten sessions', () => {
  const sessions = (count: number): [RecoveryInput, number][] => Array.from({ length: count }, () => ['session', 0]);
  expect(isExhausted(recover(['lost', 0], ...sessions(9)))).toBe(false);
  expect(isExhausted(recover(['lost', 0], ...sessions(10)))).toBe(true);
});
