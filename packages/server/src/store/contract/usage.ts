import assert from 'node:assert/strict';
import { DAY_MS, END, HOUR_MS, NOW_MS, deleteAll, progress, session } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Sums over any period. */
export const USAGE_CASES: readonly StoreContractCase[] = [
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
];
