import assert from 'node:assert/strict';
import { StoreError } from '../store-error.ts';
import { NOW_MS, cursorOf, idsOf, session } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Lists of sessions: whose they are, their order, their filters. */
export const PAGES_CASES: readonly StoreContractCase[] = [
  {
    title: '[SR3] a session of another key is not found',
    async run(store) {
      await store.createSession(session({}));
      assert.equal(await store.findSession('key_2', 'ses_1'), undefined);
      assert.equal(await store.findSession('key_1', 'ses_2'), undefined);
    },
  },
  {
    title: '[SR3] a list holds only the sessions of its key',
    async run(store) {
      await store.createSession(session({ sessionId: 'ses_1' }));
      await store.createSession(session({ sessionId: 'ses_2', keyId: 'key_2' }));
      assert.deepEqual(idsOf(await store.listSessions('key_1', { limit: 10 })), ['ses_1']);
    },
  },
  {
    title: '[SR4] pages run newest first, neither skip nor repeat, and end without a cursor',
    async run(store) {
      for (const [sessionId, ageMs] of [
        ['a', 50],
        ['b', 40],
        ['c', 40],
        ['d', 40],
        ['e', 10],
      ] as const) {
        await store.createSession(session({ sessionId, createdAtMs: NOW_MS - ageMs }));
      }
      const first = await store.listSessions('key_1', { limit: 2 });
      const second = await store.listSessions('key_1', { limit: 2, ...cursorOf(first) });
      const third = await store.listSessions('key_1', { limit: 2, ...cursorOf(second) });
      assert.deepEqual([idsOf(first), idsOf(second), idsOf(third)], [['e', 'd'], ['c', 'b'], ['a']]);
      assert.equal(third.nextCursor, undefined);
    },
  },
  {
    title: '[SR4] a page that ends exactly at the last session has no cursor',
    async run(store) {
      await store.createSession(session({ sessionId: 'a' }));
      await store.createSession(session({ sessionId: 'b' }));
      assert.equal((await store.listSessions('key_1', { limit: 2 })).nextCursor, undefined);
    },
  },
  {
    title: '[SR4] sessions added while paging do not shift the pages that follow',
    async run(store) {
      for (const [sessionId, ageMs] of [
        ['a', 30],
        ['b', 20],
        ['c', 10],
      ] as const) {
        await store.createSession(session({ sessionId, createdAtMs: NOW_MS - ageMs }));
      }
      const first = await store.listSessions('key_1', { limit: 1 });
      await store.createSession(session({ sessionId: 'd', createdAtMs: NOW_MS }));
      assert.deepEqual(idsOf(await store.listSessions('key_1', { limit: 5, ...cursorOf(first) })), ['b', 'a']);
    },
  },
  {
    title: '[SR4] status and provider filter, alone and together',
    async run(store) {
      await store.createSession(session({ sessionId: 'a', provider: 'echo', createdAtMs: NOW_MS - 3 }));
      await store.createSession(session({ sessionId: 'b', provider: 'other', createdAtMs: NOW_MS - 2 }));
      await store.createSession(session({ sessionId: 'c', provider: 'echo', createdAtMs: NOW_MS - 1 }));
      await store.sessionConnected('a', NOW_MS);
      await store.sessionConnected('b', NOW_MS);
      const list = async (filter: object) => idsOf(await store.listSessions('key_1', { limit: 10, ...filter }));
      assert.deepEqual(await list({ status: 'active' }), ['b', 'a']);
      assert.deepEqual(await list({ provider: 'echo' }), ['c', 'a']);
      assert.deepEqual(await list({ provider: 'echo', status: 'active' }), ['a']);
      assert.deepEqual(await list({ status: 'expired' }), []);
    },
  },
  {
    title: '[SR4] a cursor the store did not make is refused with BAD_CURSOR',
    async run(store) {
      for (const cursor of ['nonsense', '', 'MTIz', '../..']) {
        await assert.rejects(store.listSessions('key_1', { limit: 1, cursor }), (error) => {
          return StoreError.isInstance(error) && error.code === 'BAD_CURSOR';
        });
      }
    },
  },
];
