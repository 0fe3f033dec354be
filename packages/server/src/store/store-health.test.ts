import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { createBlockingSqliteStore } from './blocking-sqlite-store.ts';
import { StoreError } from './store-error.ts';
import { StoreHealth } from './store-health.ts';

const locked = new StoreError({ code: 'STORE_UNAVAILABLE', message: 'It is locked.', retryable: true });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function startHealth() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const state: { failure: unknown; writes: number } = { failure: undefined, writes: 0 };
  const store = Object.assign(createBlockingSqliteStore({ path: ':memory:' }), {
    async releaseIdempotency(): Promise<void> {
      state.writes += 1;
      if (state.failure !== undefined) throw state.failure;
    },
  });
  const logger = pino({}, { write: (line: string) => void lines.push(String(JSON.parse(line).msg)) });
  const health = new StoreHealth({ store, clock, logger });
  return { clock, lines, state, health, guarded: health.guard() };
}

test('[RS21] after a write that failed for a passing reason others are refused without being tried', async () => {
  const { state, health, guarded } = startHealth();
  state.failure = locked;
  await expect(guarded.releaseIdempotency('k', 'i')).rejects.toBe(locked);
  expect(health.isAvailable).toBe(false);
  await expect(guarded.releaseIdempotency('k', 'i')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await expect(guarded.takeToken('t', 's', 0)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(state.writes).toBe(1);
});

test('[RS21] what is read is read all the same', async () => {
  const { state, guarded } = startHealth();
  state.failure = locked;
  await expect(guarded.releaseIdempotency('k', 'i')).rejects.toBe(locked);
  expect(await guarded.findKey('h')).toBeUndefined();
});

test('[RS2] it is tried every half a second until it works, and both are logged once', async () => {
  const { clock, lines, state, health, guarded } = startHealth();
  state.failure = locked;
  await expect(guarded.releaseIdempotency('k', 'i')).rejects.toBe(locked);
  for (let probe = 0; probe < 3; probe++) {
    clock.advance(500);
    await settle();
  }
  expect(state.writes).toBe(4);
  expect(health.isAvailable).toBe(false);
  state.failure = undefined;
  clock.advance(500);
  await settle();
  expect(health.isAvailable).toBe(true);
  expect(clock.pending).toBe(0);
  expect(lines).toEqual([
    'the store cannot be written: calls go on, new ones are refused until it can',
    'the store can be written again',
  ]);
});

test('a fault that does not pass by itself refuses nobody else', async () => {
  const { state, health, guarded } = startHealth();
  state.failure = new Error('no such column');
  await expect(guarded.releaseIdempotency('k', 'i')).rejects.toThrow('no such column');
  expect(health.isAvailable).toBe(true);
});

test('a health that is closed tries nothing more', async () => {
  const { clock, state, health, guarded } = startHealth();
  state.failure = locked;
  await expect(guarded.releaseIdempotency('k', 'i')).rejects.toBe(locked);
  health.close();
  expect(clock.pending).toBe(0);
});
