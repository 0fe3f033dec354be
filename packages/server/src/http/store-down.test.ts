import { afterEach, beforeEach, expect, test } from 'vitest';
import { storeUnavailable } from '../store/store-error.ts';
import type { SessionStore } from '../store/store.ts';
import { type HttpAppFixture, startHttpApp } from './__fixtures__/start-http-app.ts';

let gateway: HttpAppFixture;

beforeEach(async () => {
  gateway = await startHttpApp({ keySessionsPerMinute: 1 });
});

afterEach(() => gateway.close());

/** From here on these methods of the store fail as with a locked database. @returns how it is over */
function breakStore(...methods: (keyof SessionStore)[]): () => Promise<void> {
  const store = gateway.store as unknown as Record<string, unknown>;
  for (const method of methods) store[method] = () => Promise.reject(storeUnavailable('it is locked.'));
  return async () => {
    for (const method of methods) delete store[method];
    // The next probe finds it so.
    gateway.clock.advance(500);
    await new Promise(setImmediate);
  };
}

test('[RS21] a mint that fails leaves nothing behind: no session, no place, no count of this minute', async () => {
  for (const method of ['createSession', 'saveToken'] as const) {
    const repair = breakStore(method);
    expect((await gateway.mint()).statusCode).toBe(503);
    await repair();
  }
  expect(gateway.live.prepared).toEqual([]);
  expect((await gateway.mint()).statusCode).toBe(201);
  expect((await gateway.mint()).statusCode).toBe(429);
});

test('[RS21] [ID1] a mint that was refused for its store is not remembered: a repeat makes the session', async () => {
  const again = { 'idempotency-key': 'once' };
  const repair = breakStore('createSession', 'releaseIdempotency');
  expect((await gateway.mint({}, again)).statusCode).toBe(503);
  await repair();
  expect((await gateway.mint({}, again)).statusCode).toBe(201);
});

test('[RS21] [ID1] a session that was minted is answered, and its repeat as well, also when that could not be kept', async () => {
  const again = { 'idempotency-key': 'once' };
  const repair = breakStore('saveIdempotentResponse');
  const first = await gateway.mint({}, again);
  expect(first.statusCode).toBe(201);
  expect((await gateway.mint({}, again)).statusCode).toBe(503);
  await repair();
  const repeat = await gateway.mint({}, again);
  expect([repeat.statusCode, repeat.json()]).toEqual([201, first.json()]);
  expect(gateway.live.prepared).toHaveLength(1);
});
