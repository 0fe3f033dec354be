import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { createBlockingSqliteStore } from '../store/blocking-sqlite-store.ts';
import { RecordWriter } from '../store/record-writer.ts';
import { StoreHealth } from '../store/store-health.ts';
import { createLocalNoticeBus } from './notice-bus.ts';
import { SessionRecorder } from './session-recorder.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function startRecorder() {
  const clock = new FakeClock();
  const logger = pino({ level: 'silent' });
  const store = createBlockingSqliteStore({ path: ':memory:' });
  await store.createSession({
    sessionId: 'ses_1',
    keyId: 'key_1',
    provider: 'echo',
    model: 'echo',
    createdAtMs: 0,
    maxDurationSeconds: 60,
  });
  const health = new StoreHealth({ store, clock, logger });
  const notices = createLocalNoticeBus();
  const told: string[] = [];
  notices.subscribe('ses_1', (notice) => told.push(notice.type === 'transcript' ? notice.entry.turn : notice.type));
  const records = new RecordWriter({ store, health, clock, logger });
  return { store, told, recorder: new SessionRecorder('ses_1', records, notices) };
}

const entry = (turn: string, text: string) => ({
  turn,
  role: 'user' as const,
  text,
  interrupted: false,
  startMs: 0,
  atMs: 0,
});

test('[SR6] a final is told once it is kept, a partial at once', async () => {
  const { store, told, recorder } = await startRecorder();
  recorder.transcript(entry('u1', 'Hel'), false);
  recorder.transcript(entry('u1', 'Hello.'), true);
  expect(told).toEqual(['u1']);
  await settle();
  expect(told).toEqual(['u1', 'u1']);
  expect(await store.readTranscript('ses_1')).toMatchObject([{ text: 'Hello.' }]);
});

test('[ST3] of a session 2 MiB of transcript are kept; what is said beyond that is told all the same', async () => {
  const { store, told, recorder } = await startRecorder();
  for (let turn = 1; turn <= 9; turn++) {
    recorder.transcript(entry(`u${turn}`, 'x'.repeat(262_044)), true);
    await settle();
  }
  expect(told).toHaveLength(9);
  expect(await store.readTranscript('ses_1')).toHaveLength(8);
});
