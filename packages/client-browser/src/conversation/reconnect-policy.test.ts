import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecovery, mayReconnect, reconnectDelayMs, type Recovery } from './reconnect-policy.ts';

beforeEach(() => vi.useFakeTimers({ now: 0, toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

/** Plays what happened, each after so many milliseconds; a number alone passes the time. */
function recover(...steps: ['ready' | 'lost' | 'shared' | 'back' | 'given' | 'planned', number][]): Recovery {
  const recovery = createRecovery();
  for (const [what, afterMs] of steps) {
    vi.advanceTimersByTime(afterMs);
    if (what === 'shared') recovery.lost(true);
    else if (what === 'planned') recovery.nextDelayMs(1);
    else recovery[what]();
  }
  return recovery;
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
  const recovery = recover(['lost', 1_000], ['back', 2_000], ['ready', 0], ['lost', 4_999]);
  expect(recovery.spentMs).toBe(2_000);
  vi.advanceTimersByTime(1_000);
  expect(recovery.spentMs).toBe(3_000);
});

test('[CV16] a loss that is told twice is one', () => {
  expect(recover(['ready', 1], ['lost', 5_000], ['lost', 4_000], ['lost', 1_000]).spentMs).toBe(5_000);
});

test('[CV16] a row of losses ends when a connection was ready for 5 s', () => {
  const after = (readyForMs: number): Recovery =>
    recover(['lost', 1], ['planned', 0], ['given', 200], ['back', 50], ['ready', 50], ['lost', readyForMs]);
  expect(after(4_999)).toMatchObject({ spentMs: 250 });
  expect(after(4_999).nextDelayMs(1)).toBe(500);
  expect(after(5_000)).toMatchObject({ spentMs: 0 });
  expect(after(5_000).nextDelayMs(1)).toBe(250);
});

test('[CV16] a session that is never ready settles nothing, however long it is connected', () => {
  expect(recover(['ready', 1], ['lost', 5_000], ['planned', 0], ['back', 1], ['lost', 999_999]).nextDelayMs(1)).toBe(
    500,
  );
});

test('[CV16] a gateway that shuts down is left for another within a second, and later attempts wait as usual', () => {
  expect(recover(['shared', 1]).nextDelayMs(1)).toBe(1_000);
  expect(recover(['shared', 1], ['planned', 0], ['planned', 0], ['shared', 1]).nextDelayMs(1)).toBe(4_000);
});

test('[CV16] a row of losses gets ten sessions', () => {
  const given = (count: number): ['given', number][] => Array.from({ length: count }, () => ['given', 0]);
  expect(recover(['lost', 1], ...given(9)).nextDelayMs(1)).toBe(250);
  expect(recover(['lost', 1], ...given(10)).nextDelayMs(1)).toBeUndefined();
});
