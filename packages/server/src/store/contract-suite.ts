import assert from 'node:assert/strict';
import type { TranscriptEntry } from '@speko/protocol';
import { StoreError } from './store-error.ts';
import type { NewSession, RetentionCutoffs, SessionStore, StoredKey } from './store.ts';

/** One promise of the store contract. Bound to no test runner: register each case as a test of your own. */
export interface StoreContractCase {
  /** Begins with the protocol rule it serves, where there is one. */
  readonly title: string;
  /** Rejects when the store breaks the promise. The store is new, empty, and reads the clock at {@link CONTRACT_NOW_MS}. */
  readonly run: (store: SessionStore) => Promise<void>;
}

/** What a store under test must take for the present: 2026-01-31T12:00:00Z. */
export const CONTRACT_NOW_MS = 1_769_860_800_000;
const NOW_MS = CONTRACT_NOW_MS;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const END = { status: 'ended', reason: 'client_closed', atMs: NOW_MS } as const;

/** What every {@link SessionStore} must do, whatever is behind it. */
export const STORE_CONTRACT: readonly StoreContractCase[] = [
  {
    title: '[SR1] a new session is read back with null for what has not happened',
    async run(store) {
      await store.createSession(session({ voice: 'marin', metadataJson: '{"customer":{"id":42}}' }));
      assert.deepEqual(await store.findSession('key_1', 'ses_1'), {
        id: 'ses_1',
        mode: 's2s',
        provider: 'echo',
        model: 'echo-1',
        voice: 'marin',
        status: 'created',
        createdAt: '2026-01-31T12:00:00.000Z',
        connectedAt: null,
        endedAt: null,
        endReason: null,
        durationMs: null,
        maxDurationSeconds: 1800,
        metadataJson: '{"customer":{"id":42}}',
        usage: {
          responses: 0,
          inputAudioTokens: 0,
          outputAudioTokens: 0,
          inputTextTokens: 0,
          outputTextTokens: 0,
          cachedTokens: 0,
        },
        audio: { inputMs: 0, outputMs: 0 },
        timeToFirstAudio: { count: 0, medianMs: null, p95Ms: null },
        lastError: null,
      });
    },
  },
  {
    title: '[SR1] voice is null and metadata empty where the request had none',
    async run(store) {
      await store.createSession(session({}));
      const record = await store.findSession('key_1', 'ses_1');
      assert.equal(record?.voice, null);
      assert.equal(record?.metadataJson, '{}');
    },
  },
  {
    title: '[SR2] a session goes from created to active to ended',
    async run(store) {
      await store.createSession(session({ createdAtMs: NOW_MS - 10_000 }));
      await store.sessionConnected('ses_1', NOW_MS - 8_000);
      const active = await store.findSession('key_1', 'ses_1');
      assert.equal(active?.status, 'active');
      assert.equal(active?.connectedAt, '2026-01-31T11:59:52.000Z');
      await store.sessionEnded('ses_1', {
        status: 'ended',
        reason: 'duration_limit',
        atMs: NOW_MS - 1_000,
        durationMs: 7_000,
      });
      const ended = await store.findSession('key_1', 'ses_1');
      assert.equal(ended?.status, 'ended');
      assert.equal(ended?.endReason, 'duration_limit');
      assert.equal(ended?.endedAt, '2026-01-31T11:59:59.000Z');
    },
  },
  {
    title: '[SR10] a duration is what was saved, 0 from the connection on, whatever instants say',
    async run(store) {
      await store.createSession(session({}));
      await store.sessionConnected('ses_1', NOW_MS);
      const durationMs = async () => (await store.findSession('key_1', 'ses_1'))?.durationMs;
      assert.equal(await durationMs(), 0);
      await store.saveProgress('ses_1', { ...progress(1), durationMs: 2_500 });
      assert.equal(await durationMs(), 2_500);
      await store.sessionEnded('ses_1', { ...END, atMs: NOW_MS + 100_000_000, durationMs: 3_030 });
      assert.equal(await durationMs(), 3_030);
    },
  },
  {
    title: '[SR10] whoever ends a session without knowing its duration leaves the one saved last',
    async run(store) {
      await store.createSession(session({}));
      await store.sessionConnected('ses_1', NOW_MS);
      await store.saveProgress('ses_1', { ...progress(1), durationMs: 2_500 });
      await store.saveProgress('ses_1', { ...progress(2), durationMs: null });
      await store.sessionEnded('ses_1', { ...END, durationMs: null });
      assert.equal((await store.findSession('key_1', 'ses_1'))?.durationMs, 2_500);
    },
  },
  {
    title: '[SR10] no session ends before it was created',
    async run(store) {
      await store.createSession(session({}));
      await store.sessionEnded('ses_1', {
        status: 'expired',
        reason: null,
        atMs: NOW_MS - 3_600_000,
        durationMs: null,
      });
      assert.equal((await store.findSession('key_1', 'ses_1'))?.endedAt, '2026-01-31T12:00:00.000Z');
    },
  },
  {
    title: '[SR2] a session nobody connected to becomes expired, without an end reason',
    async run(store) {
      await store.createSession(session({}));
      await store.sessionEnded('ses_1', { status: 'expired', reason: null, atMs: NOW_MS, durationMs: null });
      const record = await store.findSession('key_1', 'ses_1');
      assert.equal(record?.status, 'expired');
      assert.equal(record?.endReason, null);
      assert.equal(record?.durationMs, null);
    },
  },
  {
    title: '[SR2] the first end counts, and nothing reopens a session',
    async run(store) {
      await store.createSession(session({}));
      await store.sessionEnded('ses_1', { status: 'ended', reason: 'ended_by_api', atMs: NOW_MS, durationMs: null });
      await store.sessionEnded('ses_1', {
        status: 'ended',
        reason: 'client_closed',
        atMs: NOW_MS + 1,
        durationMs: null,
      });
      await store.sessionConnected('ses_1', NOW_MS + 2);
      const record = await store.findSession('key_1', 'ses_1');
      assert.equal(record?.status, 'ended');
      assert.equal(record?.endReason, 'ended_by_api');
      assert.equal(record?.connectedAt, null);
    },
  },
  {
    title: '[SR1] progress replaces the totals of the call before',
    async run(store) {
      await store.createSession(session({}));
      await store.saveProgress('ses_1', progress(1));
      await store.saveProgress('ses_1', {
        ...progress(2),
        lastError: { code: 'PROVIDER_ERROR', message: 'quota', atMs: NOW_MS },
      });
      const record = await store.findSession('key_1', 'ses_1');
      assert.deepEqual(record?.usage, {
        responses: 2,
        inputAudioTokens: 20,
        outputAudioTokens: 40,
        inputTextTokens: 60,
        outputTextTokens: 80,
        cachedTokens: 100,
      });
      assert.deepEqual(record?.audio, { inputMs: 1000.5, outputMs: 2000 });
      assert.deepEqual(record?.timeToFirstAudio, { count: 2, medianMs: 300, p95Ms: 900 });
      assert.deepEqual(record?.lastError, { code: 'PROVIDER_ERROR', message: 'quota', at: '2026-01-31T12:00:00.000Z' });
    },
  },
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
  {
    title: '[SR5] a transcript reads in the order of speaking, not of arrival',
    async run(store) {
      await store.createSession(session({}));
      await store.appendTranscript('ses_1', entry({ turn: 'a1', role: 'assistant', startMs: 2_000, atMs: 4_000 }));
      await store.appendTranscript('ses_1', entry({ turn: 'u1', startMs: 100, atMs: 4_500 }));
      await store.appendTranscript('ses_1', entry({ turn: 'u2', startMs: null, atMs: 5_000 }));
      const entries = await store.readTranscript('ses_1');
      assert.deepEqual(
        entries.map(({ turn }) => turn),
        ['u1', 'a1', 'u2'],
      );
      assert.deepEqual(entries[0], {
        turn: 'u1',
        role: 'user',
        text: 'Hello.',
        interrupted: false,
        startMs: 100,
        atMs: 4_500,
      });
      assert.deepEqual(await store.readTranscript('ses_2'), []);
    },
  },
  {
    title: '[TR2] a turn and role has one final, also when it is stored twice',
    async run(store) {
      await store.createSession(session({}));
      await store.appendTranscript('ses_1', entry({ text: 'Hello there.' }));
      await store.appendTranscript('ses_1', entry({ text: 'Hello', interrupted: true }));
      assert.deepEqual(await store.readTranscript('ses_1'), [entry({ text: 'Hello', interrupted: true })]);
    },
  },
  {
    title: '[TR10] the final of a turn that was broken off says why, also when nothing of it was said',
    async run(store) {
      await store.createSession(session({}));
      const broken = entry({ turn: 'a1', role: 'assistant', text: '', incomplete: 'content_filter' });
      await store.appendTranscript('ses_1', broken);
      assert.deepEqual(await store.readTranscript('ses_1'), [broken]);
      await store.appendTranscript('ses_1', entry({ turn: 'a1', role: 'assistant', text: '' }));
      assert.deepEqual(await store.readTranscript('ses_1'), [entry({ turn: 'a1', role: 'assistant', text: '' })]);
    },
  },
  {
    title: '[SR8] usage is summed per provider and model over sessions created from one instant to before another',
    async run(store) {
      const createdAtMs = NOW_MS - 1_000;
      await store.createSession(session({ sessionId: 'a', createdAtMs }));
      await store.createSession(session({ sessionId: 'b', createdAtMs: NOW_MS - 2_000 }));
      await store.createSession(session({ sessionId: 'c', createdAtMs, model: 'echo-2' }));
      await store.createSession(session({ sessionId: 'd', createdAtMs: NOW_MS }));
      await store.createSession(session({ sessionId: 'e', createdAtMs: NOW_MS - 2_001 }));
      await store.createSession(session({ sessionId: 'f', createdAtMs, keyId: 'key_2' }));
      await store.sessionConnected('a', NOW_MS - 900);
      await store.sessionConnected('b', NOW_MS - 300);
      await store.saveProgress('a', progress(1));
      await store.sessionEnded('a', { ...END, durationMs: 500 });
      await store.saveProgress('b', { ...progress(9), durationMs: 100 });
      await store.saveProgress('b', { ...progress(2), durationMs: 300 });
      assert.deepEqual(await store.usageReport('key_1', NOW_MS - 2_000, NOW_MS), {
        from: '2026-01-31T11:59:58.000Z',
        to: '2026-01-31T12:00:00.000Z',
        rows: [
          {
            provider: 'echo',
            model: 'echo-1',
            sessions: 2,
            durationMs: 800,
            usage: {
              responses: 3,
              inputAudioTokens: 30,
              outputAudioTokens: 60,
              inputTextTokens: 90,
              outputTextTokens: 120,
              cachedTokens: 150,
            },
            audio: { inputMs: 1500.75, outputMs: 3000 },
          },
          {
            provider: 'echo',
            model: 'echo-2',
            sessions: 1,
            durationMs: 0,
            usage: {
              responses: 0,
              inputAudioTokens: 0,
              outputAudioTokens: 0,
              inputTextTokens: 0,
              outputTextTokens: 0,
              cachedTokens: 0,
            },
            audio: { inputMs: 0, outputMs: 0 },
          },
        ],
      });
    },
  },
  {
    title: '[SR8] usage of any period is what its sessions have used, wherever it begins and ends',
    async run(store) {
      const ages = Array.from({ length: 400 }, (_, index) => (index * 7_919_993) % (4 * DAY_MS));
      const createdAtMs = (index: number) => NOW_MS - (ages[index] ?? 0);
      for (const index of ages.keys()) {
        const sessionId = `ses_${index}`;
        await store.createSession(session({ sessionId, createdAtMs: createdAtMs(index), model: `m${index % 3}` }));
        await store.sessionConnected(sessionId, createdAtMs(index));
        await store.saveProgress(sessionId, { ...progress(2 * index), durationMs: 3 * index });
        await store.saveProgress(sessionId, { ...progress(index), durationMs: index });
      }
      const hourMs = NOW_MS - 5 * HOUR_MS;
      const dayMs = NOW_MS - 36 * HOUR_MS;
      for (const [fromMs, toMs] of [
        [NOW_MS - 30 * DAY_MS, NOW_MS + 1],
        [dayMs, dayMs + DAY_MS],
        [hourMs, hourMs + HOUR_MS],
        [hourMs + 1, hourMs + HOUR_MS - 1],
        [hourMs - 1, hourMs + HOUR_MS + 1],
        [dayMs - 1, dayMs + 1],
        [dayMs - 1_234_567, NOW_MS - 7_654_321],
        [dayMs + 1_234_567, NOW_MS - 7_654_321],
        [NOW_MS - 3 * DAY_MS, NOW_MS - 3 * DAY_MS + 1_800_000],
        [NOW_MS + 1, NOW_MS + 2 * DAY_MS],
      ] as const) {
        const { rows } = await store.usageReport('key_1', fromMs, toMs);
        const expected = ['m0', 'm1', 'm2'].flatMap((model, remainder) => {
          const hits = [...ages.keys()].filter(
            (index) => index % 3 === remainder && createdAtMs(index) >= fromMs && createdAtMs(index) < toMs,
          );
          const sum = hits.reduce((total, index) => total + index, 0);
          return hits.length === 0
            ? []
            : [{ model, sessions: hits.length, durationMs: sum, inputMs: 500.25 * sum, cachedTokens: 50 * sum }];
        });
        const actual = rows.map(({ model, sessions, durationMs, usage, audio }) => ({
          model,
          sessions,
          durationMs,
          inputMs: audio.inputMs,
          cachedTokens: usage.cachedTokens,
        }));
        assert.deepEqual(actual, expected);
      }
    },
  },
  {
    title: '[SR10] sessions that a stopped process left open end with the duration saved last, others are left alone',
    async run(store) {
      await store.createSession(session({ sessionId: 'waiting' }));
      await store.createSession(session({ sessionId: 'talking' }));
      await store.createSession(session({ sessionId: 'silent' }));
      await store.createSession(session({ sessionId: 'over' }));
      await store.sessionConnected('talking', NOW_MS + 1_000);
      await store.saveProgress('talking', { ...progress(1), durationMs: 4_000 });
      await store.sessionConnected('silent', NOW_MS + 1_000);
      await store.sessionEnded('over', { ...END, reason: 'ended_by_api', durationMs: null });
      const restartMs = NOW_MS + 3_600_000;
      assert.equal(await store.closeStaleSessions(restartMs), 3);
      assert.equal(await store.closeStaleSessions(restartMs + 1), 0);
      const read = async (sessionId: string) => {
        const record = await store.findSession('key_1', sessionId);
        return [record?.status, record?.endReason, record?.endedAt, record?.durationMs];
      };
      assert.deepEqual(await read('waiting'), ['expired', null, '2026-01-31T12:00:00.000Z', null]);
      assert.deepEqual(await read('talking'), ['ended', 'server_shutdown', '2026-01-31T12:00:05.000Z', 4_000]);
      assert.deepEqual(await read('silent'), ['ended', 'server_shutdown', '2026-01-31T12:00:01.000Z', 0]);
      assert.deepEqual(await read('over'), ['ended', 'ended_by_api', '2026-01-31T12:00:00.000Z', null]);
      const { rows } = await store.usageReport('key_1', NOW_MS, restartMs);
      assert.equal(rows[0]?.durationMs, 4_000);
    },
  },
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
  {
    title: '[SR8] usage outlives the records: a deleted session counts at the start of its hour',
    async run(store) {
      const createdAtMs = NOW_MS - 3 * DAY_MS + 1_800_000;
      await store.createSession(session({ sessionId: 'a', createdAtMs }));
      await store.sessionConnected('a', createdAtMs);
      await store.saveProgress('a', progress(1));
      await store.sessionEnded('a', { ...END, atMs: createdAtMs + 5_000, durationMs: 5_000 });
      await store.createSession(session({ sessionId: 'b', createdAtMs: createdAtMs + 1 }));
      await deleteAll(store, { recordsBeforeMs: NOW_MS - DAY_MS }, 100);
      const report = async (fromMs: number, toMs: number) =>
        (await store.usageReport('key_1', fromMs, toMs)).rows.map(({ sessions, durationMs }) => [sessions, durationMs]);
      const hourMs = createdAtMs - 1_800_000;
      assert.deepEqual(await report(hourMs - DAY_MS, NOW_MS), [[2, 5_000]]);
      assert.deepEqual(await report(hourMs, createdAtMs), [[1, 5_000]]);
      assert.deepEqual(await report(createdAtMs, NOW_MS), [[1, 0]]);
      assert.deepEqual(await report(hourMs - DAY_MS, hourMs), []);
    },
  },
  {
    title: '[HS3] a token is unknown to another session, expired at its instant, and used once taken',
    async run(store) {
      await store.saveToken({ tokenHash: 'hash-1', sessionId: 'ses_1', expiresAtMs: NOW_MS + 1_000 });
      assert.equal(await store.takeToken('hash-2', 'ses_1', NOW_MS), 'unknown');
      assert.equal(await store.takeToken('hash-1', 'ses_2', NOW_MS), 'unknown');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 1_000), 'expired');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 999), 'ok');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 999), 'used');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 5_000), 'used');
    },
  },
  {
    title: '[HS4] of many callers at once exactly one takes a token',
    async run(store) {
      await store.saveToken({ tokenHash: 'hash-1', sessionId: 'ses_1', expiresAtMs: NOW_MS + 1_000 });
      const takes = await Promise.all(Array.from({ length: 20 }, () => store.takeToken('hash-1', 'ses_1', NOW_MS)));
      assert.equal(takes.filter((take) => take === 'ok').length, 1);
      assert.equal(takes.filter((take) => take === 'used').length, 19);
    },
  },
  {
    title: '[HS3] a token is remembered for at least half an hour after it expired',
    async run(store) {
      await store.saveToken({ tokenHash: 'old', sessionId: 'ses_1', expiresAtMs: NOW_MS - 1_800_000 });
      await store.saveToken({ tokenHash: 'new', sessionId: 'ses_2', expiresAtMs: NOW_MS + 1_000 });
      assert.equal(await store.takeToken('old', 'ses_1', NOW_MS), 'expired');
    },
  },
  {
    title: '[RS1] a key is found by its hash, with what it may use',
    async run(store) {
      const key: StoredKey = {
        keyId: 'key_1',
        keyHash: 'h1',
        name: 'back end',
        createdAtMs: NOW_MS,
        providers: ['echo'],
      };
      await store.saveKey(key);
      assert.deepEqual(await store.findKey('h1'), key);
      assert.equal(await store.findKey('h2'), undefined);
    },
  },
  {
    title: '[RS1] a revoked key says since when, and a second revocation does not move that',
    async run(store) {
      await store.saveKey({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: NOW_MS });
      await store.saveKey({ keyId: 'key_2', keyHash: 'h2', name: 'two', createdAtMs: NOW_MS + 1 });
      assert.equal(await store.revokeKey('key_1', NOW_MS + 5), true);
      assert.equal(await store.revokeKey('key_1', NOW_MS + 9), true);
      assert.equal(await store.revokeKey('key_9', NOW_MS), false);
      assert.deepEqual(await store.listKeys(), [
        { keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: NOW_MS, revokedAtMs: NOW_MS + 5 },
        { keyId: 'key_2', keyHash: 'h2', name: 'two', createdAtMs: NOW_MS + 1 },
      ]);
    },
  },
  {
    title: '[ID1] a claim is pending until answered, and then every repeat gets that answer',
    async run(store) {
      assert.deepEqual(await store.claimIdempotency(claim({})), { type: 'claimed' });
      assert.deepEqual(await store.claimIdempotency(claim({})), { type: 'pending' });
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      assert.deepEqual(await store.claimIdempotency(claim({})), { type: 'repeat', response: 'answer' });
      assert.deepEqual(await store.claimIdempotency(claim({ nowMs: NOW_MS + 599_999 })), {
        type: 'repeat',
        response: 'answer',
      });
    },
  },
  {
    title: '[ID2] another body under the same key is a conflict, answered or not',
    async run(store) {
      await store.claimIdempotency(claim({}));
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), { type: 'conflict' });
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), { type: 'conflict' });
    },
  },
  {
    title: '[ID3] idempotency keys of two API keys have nothing to do with each other',
    async run(store) {
      await store.claimIdempotency(claim({}));
      assert.deepEqual(await store.claimIdempotency(claim({ keyId: 'key_2', bodyHash: 'other' })), { type: 'claimed' });
    },
  },
  {
    title: '[ID3] an idempotency key is forgotten after its window',
    async run(store) {
      await store.claimIdempotency(claim({}));
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other', nowMs: NOW_MS + 600_000 })), {
        type: 'claimed',
      });
    },
  },
  {
    title: '[ID1] a claim given back is free again, an answered one is kept',
    async run(store) {
      await store.claimIdempotency(claim({}));
      await store.releaseIdempotency('key_1', 'idem');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), { type: 'claimed' });
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      await store.releaseIdempotency('key_1', 'idem');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), {
        type: 'repeat',
        response: 'answer',
      });
    },
  },
  {
    title: '[ID1] a claim whose process died is free again after half a minute',
    async run(store) {
      await store.claimIdempotency(claim({}));
      assert.deepEqual(await store.claimIdempotency(claim({ nowMs: NOW_MS + 29_999 })), { type: 'pending' });
      assert.deepEqual(await store.claimIdempotency(claim({ nowMs: NOW_MS + 30_000 })), { type: 'claimed' });
    },
  },
  {
    title: '[ID1] of many claims at once exactly one wins',
    async run(store) {
      const results = await Promise.all(Array.from({ length: 20 }, () => store.claimIdempotency(claim({}))));
      assert.equal(results.filter(({ type }) => type === 'claimed').length, 1);
      assert.equal(results.filter(({ type }) => type === 'pending').length, 19);
    },
  },
  {
    title: '[JS1] metadata is handed back as it was given, to the character',
    async run(store) {
      const metadataJson = '{"__proto__":{"a":1},"id":2512292042121000001,"deep":[{"n":-9007199254740993}]}';
      await store.createSession(session({ metadataJson }));
      assert.equal((await store.findSession('key_1', 'ses_1'))?.metadataJson, metadataJson);
      assert.equal((await store.listSessions('key_1', { limit: 1 })).sessions[0]?.metadataJson, metadataJson);
    },
  },
  {
    title: 'text survives as it is: quotes, Unicode, and what looks like SQL',
    async run(store) {
      const text = `'; DROP TABLE sessions; -- "quoted" ✓ 音声 🎙️`;
      await store.createSession(session({ model: text, metadataJson: JSON.stringify({ text }) }));
      await store.appendTranscript('ses_1', entry({ text }));
      const record = await store.findSession('key_1', 'ses_1');
      assert.deepEqual([record?.model, record?.metadataJson], [text, JSON.stringify({ text })]);
      assert.equal((await store.readTranscript('ses_1'))[0]?.text, text);
    },
  },
  {
    title: 'a closed store rejects calls, and closing twice is harmless',
    async run(store) {
      await store.close();
      await store.close();
      await assert.rejects(store.findKey('h1'));
    },
  },
];

function session(changes: Partial<NewSession>): NewSession {
  return {
    sessionId: 'ses_1',
    keyId: 'key_1',
    provider: 'echo',
    model: 'echo-1',
    createdAtMs: NOW_MS,
    maxDurationSeconds: 1800,
    ...changes,
  };
}

function entry(changes: Partial<TranscriptEntry>): TranscriptEntry {
  return { turn: 'u1', role: 'user', text: 'Hello.', interrupted: false, startMs: 100, atMs: 900, ...changes };
}

function progress(responses: number) {
  return {
    durationMs: null,
    usage: {
      responses,
      inputAudioTokens: 10 * responses,
      outputAudioTokens: 20 * responses,
      inputTextTokens: 30 * responses,
      outputTextTokens: 40 * responses,
      cachedTokens: 50 * responses,
    },
    inputAudioMs: 500.25 * responses,
    outputAudioMs: 1000 * responses,
    timeToFirstAudio: { count: responses, medianMs: 300, p95Ms: 900 },
  };
}

/** A call of 5 s with three finals. */
async function endedSession(store: SessionStore, sessionId: string, endedAtMs: number): Promise<void> {
  const createdAtMs = Math.max(0, endedAtMs - 5_000);
  await store.createSession(session({ sessionId, createdAtMs }));
  await store.sessionConnected(sessionId, createdAtMs);
  for (const turn of ['t1', 't2', 't3']) await store.appendTranscript(sessionId, entry({ turn }));
  await store.sessionEnded(sessionId, { ...END, atMs: endedAtMs, durationMs: 5_000 });
}

async function deleteAll(store: SessionStore, cutoffs: RetentionCutoffs, limit: number): Promise<void> {
  for (let round = 0; (await store.deleteExpired(cutoffs, limit)) > 0; round += 1) {
    assert.ok(round < 100, 'deleteExpired says for ever that there is more to do');
  }
}

function claim(changes: object) {
  return { keyId: 'key_1', idempotencyKey: 'idem', bodyHash: 'body', nowMs: NOW_MS, windowMs: 600_000, ...changes };
}

function idsOf(page: { sessions: readonly { id: string }[] }): string[] {
  return page.sessions.map(({ id }) => id);
}

function cursorOf(page: { nextCursor?: string }): { cursor?: string } {
  return page.nextCursor === undefined ? {} : { cursor: page.nextCursor };
}
