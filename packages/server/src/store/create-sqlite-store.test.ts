import { chmodSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { STORE_CONTRACT } from './contract/contract-suite.ts';
import { createSqliteStore } from './create-sqlite-store.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12);

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'speko-store-')), 'gateway.db');

function openStore(path = newPath()) {
  const store = createSqliteStore({ path, nowMs: () => NOW_MS });
  onTestFinished(() => store.close());
  return { store, path };
}

const session = (sessionId: string) => ({
  sessionId,
  keyId: 'key_1',
  provider: 'echo',
  model: 'echo',
  createdAtMs: NOW_MS,
  maxDurationSeconds: 60,
});

describe('[ST1] the store in its thread keeps the contract', () => {
  test.each(STORE_CONTRACT)('$title', async ({ run }) => {
    await run(openStore(':memory:').store);
  });
});

describe('[ST1] a lock that another process holds', () => {
  test('fails a write soon, and passes; what is read is read meanwhile', async () => {
    const { store, path } = openStore();
    await store.createSession(session('ses_1'));
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    await expect(store.createSession(session('ses_2'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      message: 'The database cannot be used at the moment: another process has locked it.',
    });
    expect(await store.findSession('key_1', 'ses_1')).toMatchObject({ id: 'ses_1' });
    other.exec('ROLLBACK');
    await store.createSession(session('ses_2'));
  });

  test('leaves a token as it was', async () => {
    const { store, path } = openStore();
    await store.saveToken({ tokenHash: 'h', sessionId: 's', expiresAtMs: NOW_MS + 1000 });
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    await expect(store.takeToken('h', 's', NOW_MS)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    other.exec('ROLLBACK');
    expect(await store.takeToken('h', 's', NOW_MS)).toBe('ok');
  });

  test('does not keep a gateway from starting', async () => {
    const { path } = openStore();
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const { store } = openStore(path);
    expect(await store.listKeys()).toEqual([]);
  });
});

test('[ST2] of changes that are written together all are there, or none', async () => {
  const { store } = openStore();
  await store.createSession(session('ses_1'));
  const entry = { turn: 'u1', role: 'user', text: 'Hello.', interrupted: false, startMs: 0, atMs: 0 } as const;
  const broken = { ...entry, turn: 'u2', text: null as unknown as string };
  await expect(
    store.record([
      { type: 'connected', sessionId: 'ses_1', atMs: NOW_MS },
      { type: 'transcript', sessionId: 'ses_1', entry },
      { type: 'transcript', sessionId: 'ses_1', entry: broken },
    ]),
  ).rejects.toThrow('NOT NULL');
  expect(await store.readTranscript('ses_1')).toEqual([]);
  expect(await store.findSession('key_1', 'ses_1')).toMatchObject({ status: 'created' });
  await store.record([{ type: 'transcript', sessionId: 'ses_1', entry }]);
  expect(await store.readTranscript('ses_1')).toEqual([entry]);
});

test('[ST1] calls that were begun are finished by a close, and later ones are refused', async () => {
  const { store, path } = openStore();
  const begun = Array.from({ length: 20 }, (_, index) => store.createSession(session(`ses_${index}`)));
  await store.close();
  await Promise.all(begun);
  await expect(store.findKey('h')).rejects.toThrow('The store is closed.');
  const { store: again } = openStore(path);
  expect((await again.listSessions('key_1', { limit: 50 })).sessions).toHaveLength(20);
});

test('[ST1] a call that is not answered within 10 s is given up, and the ones after it are answered', async () => {
  const { store } = openStore();
  await store.createSession(session('ses_1'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const call = store.findSession('key_1', 'ses_1');
  vi.advanceTimersByTime(10_000);
  await expect(call).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'The database cannot be used at the moment: it did not answer within 10 s.',
  });
  expect(await store.findSession('key_1', 'ses_1')).toMatchObject({ id: 'ses_1' });
  expect(vi.getTimerCount()).toBe(0);
});

describe('[ST5] a database is served by one gateway at a time', () => {
  test('a second one waits, says so once, and is refused in the end with what to do', async () => {
    const { store, path } = openStore();
    const { store: second } = openStore(path);
    let waits = 0;
    const onWait = (): void => void (waits += 1);
    await store.acquire({ waitMs: 0, onWait });
    await expect(second.acquire({ waitMs: 600, onWait })).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: `Another gateway serves from ${path} and did not leave within 1 s. Stop it first, or give this one a database of its own (SPEKO_DATABASE_URL).`,
    });
    expect(waits).toBe(1);
  });

  test('a second one goes on when the first has left', async () => {
    const { store, path } = openStore();
    const { store: second } = openStore(path);
    await store.acquire({ waitMs: 0, onWait: () => {} });
    let waits = 0;
    const acquired = second.acquire({
      waitMs: 10_000,
      onWait: () => {
        waits += 1;
        void store.close();
      },
    });
    await acquired;
    expect(waits).toBe(1);
  });

  test('one that is stopped while it waits leaves at once', async () => {
    const { store, path } = openStore();
    const { store: second } = openStore(path);
    await store.acquire({ waitMs: 0, onWait: () => {} });
    const stop = new AbortController();
    const acquired = second.acquire({ waitMs: 600_000, onWait: () => stop.abort(), signal: stop.signal });
    await expect(acquired).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  });

  test('what only reads or adds keys works beside it', async () => {
    const { store, path } = openStore();
    await store.acquire({ waitMs: 0, onWait: () => {} });
    const { store: keys } = openStore(path);
    await keys.saveKey({ keyId: 'key_1', keyHash: 'h', name: 'one', createdAtMs: NOW_MS });
    expect(await store.findKey('h')).toMatchObject({ name: 'one' });
  });
});

test('[ST6] the files of a database are for their owner only, also those that were there before', async () => {
  const { store, path } = openStore();
  await store.createSession(session('ses_1'));
  await store.close();
  chmodSync(path, 0o644);
  const { store: again } = openStore(path);
  await again.acquire({ waitMs: 0, onWait: () => {} });
  await again.createSession(session('ses_2'));
  const modes = ['', '-wal', '-shm', '.lock'].map((end) => (statSync(path + end).mode & 0o777).toString(8));
  expect(modes).toEqual(['600', '600', '600', '600']);
});
