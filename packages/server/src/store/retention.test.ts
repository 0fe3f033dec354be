import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import { createBlockingSqliteStore } from './blocking-sqlite-store.ts';
import { hideExpired } from './hide-expired.ts';
import { Retention } from './retention.ts';
import type { SessionStore } from './store.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function setUp({ transcriptDays, recordDays }: { transcriptDays?: number; recordDays?: number }) {
  const clock = new FakeClock();
  const store = createBlockingSqliteStore({ path: ':memory:' });
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line) => void lines.push(line) } });
  const retention = new Retention({ store, clock, logger, transcriptDays, recordDays });
  return { clock, store, lines, retention };
}

async function endSession(store: SessionStore, sessionId: string, endedAtMs: number): Promise<void> {
  await store.createSession({
    sessionId,
    keyId: 'k',
    provider: 'echo',
    model: 'echo',
    createdAtMs: endedAtMs,
    maxDurationSeconds: 60,
  });
  const entry = { turn: 't', role: 'user', text: 'Hello.', interrupted: false, startMs: 0, atMs: 1 } as const;
  await store.appendTranscript(sessionId, entry);
  await store.sessionEnded(sessionId, { status: 'ended', reason: 'client_closed', atMs: endedAtMs, durationMs: null });
}

/** Lets what was begun by a timer finish: the store answers within a few microtasks. */
async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

async function sessionIds(store: SessionStore): Promise<string[]> {
  return (await store.listSessions('k', { limit: 100 })).sessions.map(({ id }) => id);
}

test('[SR11] deletes at the start, in batches with a pause, and then every hour', async () => {
  const { clock, store, retention } = setUp({ recordDays: 1 });
  // A batch takes 100 rows: one for the record, one for its transcript.
  for (let index = 0; index < 300; index += 1) await endSession(store, `old${index}`, clock.epochMs() - DAY_MS - 1);
  await endSession(store, 'young', clock.epochMs() - DAY_MS + 1000);
  retention.start();
  clock.advance(0);
  await settle();
  const old = async () => (await store.listSessions('k', { limit: 1000 })).sessions.length - 1;
  expect(await old()).toBe(250);
  clock.advance(19);
  await settle();
  expect(await old()).toBe(250);
  for (const left of [200, 150, 100, 50, 0]) {
    clock.advance(left === 200 ? 1 : 20);
    await settle();
    expect(await old()).toBe(left);
  }
  clock.advance(20);
  await settle();
  clock.advance(HOUR_MS - 1);
  await settle();
  expect(await sessionIds(store)).toEqual(['young']);
  clock.advance(1);
  await settle();
  expect(await sessionIds(store)).toEqual([]);
  await retention.stop();
});

test('[SR11] a reader sees nothing past its time, though the next round is up to an hour away', async () => {
  const { clock, store, retention } = setUp({ transcriptDays: 1, recordDays: 2 });
  const shown = hideExpired(store, () => retention.cutoffs);
  await endSession(store, 'a', clock.epochMs());
  clock.advance(DAY_MS);
  expect(await shown.readTranscript('a')).toHaveLength(1);
  clock.advance(1);
  expect(await shown.readTranscript('a')).toEqual([]);
  expect((await shown.findSession('k', 'a'))?.id).toBe('a');
  clock.advance(DAY_MS - 1);
  expect(await sessionIds(shown)).toEqual(['a']);
  clock.advance(1);
  expect(await sessionIds(shown)).toEqual([]);
  expect(await shown.findSession('k', 'a')).toBeUndefined();
  // All of it is still there; the other methods go through as they are.
  expect(await sessionIds(store)).toEqual(['a']);
  expect(await shown.deleteExpired(retention.cutoffs, 10)).toBe(2);
  expect(await sessionIds(store)).toEqual([]);
  await shown.close();
});

test('[SR11] a wall clock that is set ahead deletes nothing', async () => {
  const { clock, store, retention } = setUp({ transcriptDays: 1 });
  await endSession(store, 'a', clock.epochMs());
  const epochMs = clock.epochMs();
  clock.epochMs = () => epochMs + 100 * DAY_MS;
  retention.start();
  clock.advance(HOUR_MS);
  await settle();
  expect(await store.readTranscript('a')).toHaveLength(1);
  await retention.stop();
});

test('[SR11] a round that fails is logged, and tried again an hour later', async () => {
  const { clock, store, retention, lines } = setUp({ recordDays: 1 });
  await endSession(store, 'a', clock.epochMs() - 2 * DAY_MS);
  const deleteExpired = store.deleteExpired.bind(store);
  store.deleteExpired = () => Promise.reject(new Error('database is locked'));
  retention.start();
  clock.advance(0);
  await settle();
  expect(lines.join('')).toContain('could not be deleted; this is tried again in an hour');
  store.deleteExpired = deleteExpired;
  clock.advance(HOUR_MS);
  await settle();
  expect(await sessionIds(store)).toEqual([]);
  await retention.stop();
});

test('[SR11] nothing runs once it has stopped, and stopping waits for the batch under way', async () => {
  const { clock, store, retention } = setUp({ recordDays: 1 });
  let finish: (done: number) => void = () => undefined;
  let calls = 0;
  store.deleteExpired = () => {
    calls += 1;
    return new Promise((resolve) => (finish = resolve));
  };
  retention.start();
  clock.advance(0);
  let stopped = false;
  const stopping = retention.stop().then(() => (stopped = true));
  await settle();
  expect(stopped).toBe(false);
  finish(500);
  await stopping;
  clock.advance(2 * HOUR_MS);
  expect([calls, clock.pending]).toEqual([1, 0]);
});

test('[SR11] without limits everything is kept, and no timer runs', () => {
  const { clock, retention } = setUp({});
  retention.start();
  expect([clock.pending, retention.cutoffs]).toEqual([0, {}]);
});
