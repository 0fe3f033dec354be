import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBlockingSqliteStore } from '../../store/blocking-sqlite-store.ts';
import type { SessionStore } from '../../store/store.ts';
import { Idempotency } from './idempotency.ts';

let store: SessionStore;
let idempotency: Idempotency;

beforeEach(() => {
  store = createBlockingSqliteStore({ path: ':memory:', nowMs: () => 0 });
  idempotency = new Idempotency(store, () => 0);
});

afterEach(() => store.close());

const request = (idempotencyKey: string) => ({ keyId: 'key_1', apiKey: 'sk', idempotencyKey, body: {} });

test('[ID1] of repeats under way 20 wait, and one more is 409 IDEMPOTENCY_CONFLICT', async () => {
  let finish = (_answer: string): void => undefined;
  const made = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const once = () => idempotency.once(request('a'), () => made);
  const waiting = Array.from({ length: 21 }, once);
  await expect(once()).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    message: 'A request with this Idempotency-Key is still being answered; repeat it in a few seconds.',
  });
  finish('made');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['made']));
  expect(idempotency.size).toBe(0);
  expect(await once()).toBe('made');
});

test('[ID3] keys made at random leave nothing behind, whether they are answered or refused', async () => {
  const answers = Array.from({ length: 2_000 }, (_, index) =>
    idempotency.once(request(`k${index}`), () =>
      index % 2 === 0 ? Promise.resolve(index) : Promise.reject(new Error('refused')),
    ),
  );
  expect(idempotency.size).toBe(2_000);
  const settled = await Promise.allSettled(answers);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1_000);
  expect(idempotency.size).toBe(0);
});
