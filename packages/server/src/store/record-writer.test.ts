import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { createBlockingSqliteStore } from './blocking-sqlite-store.ts';
import { RecordWriter } from './record-writer.ts';
import { StoreError } from './store-error.ts';
import { StoreHealth } from './store-health.ts';
import type { RecordChange, SessionStore } from './store.ts';

const locked = new StoreError({ code: 'STORE_UNAVAILABLE', message: 'It is locked.', retryable: true });

/** A writer over a store that the test makes fail. */
function startWriter() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(line) });
  const batches: string[][] = [];
  const state: { failure: unknown; tries: number; fails(change: RecordChange): boolean } = {
    failure: undefined,
    tries: 0,
    fails: () => true,
  };
  const store: SessionStore = Object.assign(createBlockingSqliteStore({ path: ':memory:' }), {
    async record(changes: readonly RecordChange[]): Promise<void> {
      state.tries += 1;
      if (state.failure !== undefined && changes.some((change) => state.fails(change))) throw state.failure;
      batches.push(changes.map(describeChange));
    },
    async releaseIdempotency(): Promise<void> {
      if (state.failure !== undefined) throw state.failure;
    },
  });
  const health = new StoreHealth({ store, clock, logger });
  return { clock, lines, batches, state, health, writer: new RecordWriter({ store, health, clock, logger }) };
}

function describeChange(change: RecordChange): string {
  if (change.type === 'transcript') return `${change.sessionId} ${change.entry.text.slice(0, 12)}`;
  if (change.type === 'progress') return `${change.sessionId} sums ${change.progress.usage.responses}`;
  return `${change.sessionId} ${change.type}`;
}

const says = (sessionId: string, text: string): RecordChange => ({
  type: 'transcript',
  sessionId,
  entry: { turn: 'u1', role: 'user', text, interrupted: false, startMs: 0, atMs: 0 },
});

const sums = (sessionId: string, responses: number): RecordChange => ({
  type: 'progress',
  sessionId,
  progress: {
    durationMs: null,
    usage: {
      responses,
      inputAudioTokens: 0,
      outputAudioTokens: 0,
      inputTextTokens: 0,
      outputTextTokens: 0,
      cachedTokens: 0,
    },
    inputAudioMs: 0,
    outputAudioMs: 0,
    timeToFirstAudio: { count: 0, medianMs: null, p95Ms: null },
  },
});

const ends = (sessionId: string): RecordChange => ({
  type: 'ended',
  sessionId,
  end: { status: 'ended', reason: 'client_closed', atMs: 0, durationMs: null },
});

/** Lets everything happen that waits for no timer. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('[ST2] changes of records', () => {
  test('are written in their order, those that come meanwhile together', async () => {
    const { batches, writer } = startWriter();
    void writer.add(says('a', 'one'));
    void writer.add(says('b', 'two'));
    await writer.add(says('a', 'three'));
    expect(batches).toEqual([['a one'], ['b two', 'a three']]);
  });

  test('wait while the store is locked, and are written when it is not, none of them lost', async () => {
    const { clock, batches, state, health, writer } = startWriter();
    state.failure = locked;
    const texts = Array.from({ length: 250 }, (_, index) => `text ${index}`);
    for (const text of texts) void writer.add(says('a', text));
    const ended = writer.add(ends('a'));
    await settle();
    expect(health.isAvailable).toBe(false);
    for (let second = 0; second < 10; second++) {
      clock.advance(1000);
      await settle();
    }
    expect(batches).toEqual([]);
    state.failure = undefined;
    clock.advance(2000);
    await ended;
    expect(batches.flat()).toEqual([...texts.map((text) => `a ${text}`), 'a ended']);
    expect(health.isAvailable).toBe(true);
  });

  test('are tried again after 250 ms, and ever more rarely, every 2 s at the least', async () => {
    const { clock, state, writer } = startWriter();
    state.failure = locked;
    void writer.add(says('a', 'one'));
    await settle();
    const triesAtMs: number[] = [];
    for (let nowMs = 0; nowMs < 10_000; nowMs += 50) {
      const before = state.tries;
      clock.advance(50);
      await settle();
      if (state.tries > before) triesAtMs.push(nowMs + 50);
    }
    expect(triesAtMs).toEqual([250, 750, 1750, 3750, 5750, 7750, 9750]);
  });

  test('one that cannot be written at all is logged, and the others are written', async () => {
    const { batches, lines, state, writer } = startWriter();
    state.failure = new Error('no such column');
    state.fails = (change) => change.sessionId === 'b';
    void writer.add(says('a', 'one'));
    void writer.add(says('b', 'two'));
    void writer.add(says('a', 'three'));
    await writer.add(says('a', 'four'));
    expect(batches.flat()).toEqual(['a one', 'a three', 'a four']);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      sessionId: 'b',
      msg: expect.stringContaining('the call goes on'),
    });
  });
});

describe('[ST3] what waits', () => {
  test('holds of a session only its latest sums', async () => {
    const { batches, writer } = startWriter();
    void writer.add(says('a', 'one'));
    for (let responses = 1; responses <= 1000; responses++) void writer.add(sums('a', responses));
    void writer.add(sums('b', 7));
    await writer.add(ends('a'));
    expect(batches).toEqual([['a one'], ['a sums 1000', 'b sums 7', 'a ended']]);
  });

  test('of one session is 8 MiB at most: what it says beyond that is lost, its end and the others are not', async () => {
    const { clock, batches, lines, state, writer } = startWriter();
    state.failure = locked;
    for (let index = 0; index < 80; index++) void writer.add(says('a', `${index} `.padEnd(100_000)));
    void writer.add(says('b', 'two'));
    const ended = writer.add(ends('a'));
    await settle();
    state.failure = undefined;
    clock.advance(250);
    await ended;
    const written = batches.flat();
    expect(written).toHaveLength(41 + 2);
    expect(written.slice(-2)).toEqual(['b two', 'a ended']);
    expect(lines.some((line) => line.includes('transcripts are lost'))).toBe(true);
  });

  test('is lost of those first who say much: of others texts are kept when 64 MiB wait', async () => {
    const { clock, batches, state, writer } = startWriter();
    state.failure = locked;
    const long = 'x'.repeat(2_000_000);
    for (let round = 0; round < 3; round++)
      for (let call = 0; call < 10; call++) void writer.add(says(`call ${call}`, long));
    const kept = writer.add(says('quiet', 'kept'));
    await settle();
    state.failure = undefined;
    clock.advance(250);
    await kept;
    expect(batches.flat().filter((line) => line.includes('xxx'))).toHaveLength(17);
    expect(batches.flat()).toContain('quiet kept');
  });

  test('in all is 128 MiB at most, and is full then', async () => {
    const { clock, state, writer } = startWriter();
    state.failure = locked;
    for (let call = 0; call < 33; call++) void writer.add(says(`call ${call}`, 'x'.repeat(2_000_000)));
    expect(writer.isFull).toBe(false);
    for (let call = 33; call < 34; call++) void writer.add(says(`call ${call}`, 'x'.repeat(2_000_000)));
    expect(writer.isFull).toBe(true);
    void writer.add(says('call 0', 'lost'));
    void writer.add(sums('call 0', 3));
    void writer.add(ends('call 0'));
    const closed = writer.close(0);
    clock.advance(0);
    // The texts that fit, and of the call its usage and its end.
    expect(await closed).toBe(34 + 2);
  });
});

describe('[ST4] a shutdown', () => {
  test('waits for what is left to be written', async () => {
    const { batches, writer } = startWriter();
    void writer.add(says('a', 'one'));
    void writer.add(ends('a'));
    expect(await writer.close(5000)).toBe(0);
    expect(batches.flat()).toEqual(['a one', 'a ended']);
  });

  test('gives up after its time, says how much, and leaves nobody waiting', async () => {
    const { clock, state, writer } = startWriter();
    state.failure = locked;
    const added = [writer.add(says('a', 'one')), writer.add(says('a', 'two')), writer.add(ends('a'))];
    await settle();
    const closed = writer.close(5000);
    clock.advance(5000);
    expect(await closed).toBe(3);
    await Promise.all(added);
    await writer.add(says('a', 'too late'));
  });
});
