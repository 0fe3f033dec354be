import assert from 'node:assert/strict';
import { session, entry, endedSession, deleteAll, idsOf, NOW_MS, DAY_MS } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Hiding and deleting, and the figures that outlive it. */
export const RETENTION_CASES: readonly StoreContractCase[] = [
  {
    title: '[SR11] what ended before a cut-off is not shown any more, though it is not deleted yet',
    async run(store) {
      await endedSession(store, 'old', NOW_MS - 2_000);
      await endedSession(store, 'new', NOW_MS - 1_000);
      await store.createSession(session({ sessionId: 'open', createdAtMs: NOW_MS - 9_000 }));
      const records = { recordsBeforeMs: NOW_MS - 1_000 };
      assert.equal(await store.findSession('key_1', 'old', records), undefined);
      assert.equal((await store.findSession('key_1', 'new', records))?.id, 'new');
      assert.equal((await store.findSession('key_1', 'open', records))?.id, 'open');
      assert.deepEqual(idsOf(await store.listSessions('key_1', { limit: 9 }, records)), ['new', 'open']);
      const ended = await store.listSessions('key_1', { limit: 9, status: 'ended', provider: 'echo' }, records);
      assert.deepEqual(idsOf(ended), ['new']);
      assert.deepEqual(await store.readTranscript('old', records), []);
      const transcripts = { transcriptsBeforeMs: NOW_MS - 1_000 };
      assert.deepEqual(await store.readTranscript('old', transcripts), []);
      assert.equal((await store.readTranscript('new', transcripts)).length, 3);
      assert.equal((await store.findSession('key_1', 'old', transcripts))?.id, 'old');
    },
  },
  {
    title: '[SR11] transcripts are deleted a few at a time, and their records stay',
    async run(store) {
      for (const sessionId of ['a', 'b', 'c']) await endedSession(store, sessionId, NOW_MS - 2_000);
      await endedSession(store, 'new', NOW_MS - 1_000);
      const count = async () => {
        let entries = 0;
        for (const sessionId of ['a', 'b', 'c', 'new']) entries += (await store.readTranscript(sessionId)).length;
        return entries;
      };
      const cutoffs = { transcriptsBeforeMs: NOW_MS - 1_000 };
      assert.ok((await store.deleteExpired(cutoffs, 5)) > 0);
      assert.ok((await count()) >= 7);
      assert.ok((await store.deleteExpired(cutoffs, 1)) > 0);
      assert.ok((await count()) >= 6);
      await deleteAll(store, cutoffs, 2);
      assert.equal(await count(), 3);
      assert.equal(idsOf(await store.listSessions('key_1', { limit: 9 })).length, 4);
      // A final that comes late would stay for ever.
      await store.appendTranscript('a', entry({}));
      assert.deepEqual(await store.readTranscript('a'), []);
    },
  },
  {
    title: '[SR11] records are deleted with their transcripts, and never those of sessions that go on',
    async run(store) {
      for (const sessionId of ['a', 'b', 'c']) await endedSession(store, sessionId, NOW_MS - 2_000);
      await endedSession(store, 'new', NOW_MS - 1_000);
      await store.createSession(session({ sessionId: 'waiting', createdAtMs: NOW_MS - DAY_MS }));
      await store.createSession(session({ sessionId: 'talking', createdAtMs: NOW_MS - DAY_MS }));
      await store.sessionConnected('talking', NOW_MS - DAY_MS);
      await store.appendTranscript('talking', entry({}));
      const cutoffs = { transcriptsBeforeMs: NOW_MS - 1_000, recordsBeforeMs: NOW_MS - 1_000 };
      await store.deleteExpired(cutoffs, 4);
      assert.ok((await store.listSessions('key_1', { limit: 9 })).sessions.length >= 5);
      await deleteAll(store, cutoffs, 4);
      assert.deepEqual(idsOf(await store.listSessions('key_1', { limit: 9 })), ['new', 'waiting', 'talking']);
      assert.deepEqual(await store.readTranscript('a'), []);
      assert.equal((await store.readTranscript('new')).length, 3);
      assert.equal((await store.readTranscript('talking')).length, 1);
    },
  },
  {
    title: '[SR11] nothing is deleted without a cut-off',
    async run(store) {
      await endedSession(store, 'a', 1);
      assert.equal(await store.deleteExpired({}, 10), 0);
      assert.equal((await store.readTranscript('a')).length, 3);
    },
  },
];
