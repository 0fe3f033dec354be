import assert from 'node:assert/strict';
import { END, NOW_MS, progress, session } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Sessions from created to ended. */
export const RECORDS_CASES: readonly StoreContractCase[] = [
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
];
