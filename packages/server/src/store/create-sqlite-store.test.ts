import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, describe, expect, test } from 'vitest';

import { CONTRACT_NOW_MS, STORE_CONTRACT } from './contract-suite.ts';
import { createSqliteStore } from './create-sqlite-store.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'speko-store-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe.each([
  { kind: 'in memory', pathOf: () => ':memory:' },
  { kind: 'in a file', pathOf: () => join(newFolder(), 'data', 'speko.db') },
])('SQLite $kind keeps the store contract', ({ pathOf }) => {
  test.each(STORE_CONTRACT)('$title', async ({ run }) => {
    const store = createSqliteStore({ path: pathOf(), nowMs: () => CONTRACT_NOW_MS });
    try {
      await expect(run(store)).resolves.toBeUndefined();
    } finally {
      await store.close();
    }
  });
});

test('data outlives the process that wrote it', async () => {
  const path = join(newFolder(), 'speko.db');
  const first = createSqliteStore({ path });
  await first.saveKey({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: 5 });
  await first.close();
  const second = createSqliteStore({ path });
  expect(await second.findKey('h1')).toEqual({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: 5 });
  await second.close();
});

test('two processes may share a file: a key revoked by one is revoked for the other', async () => {
  const path = join(newFolder(), 'speko.db');
  const gateway = createSqliteStore({ path });
  const commandLine = createSqliteStore({ path });
  await gateway.saveKey({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: 5 });
  expect(await commandLine.revokeKey('key_1', 9)).toBe(true);
  expect((await gateway.findKey('h1'))?.revokedAtMs).toBe(9);
  await gateway.close();
  await commandLine.close();
});

test('a new file is readable by its owner only, and is in WAL mode at schema version 2', async () => {
  const path = join(newFolder(), 'speko.db');
  await createSqliteStore({ path }).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  database.close();
});

test('a path below a file is refused with STORE_UNUSABLE, naming the path and what to do', () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, 'x');
  const path = join(file, 'speko.db');
  expect(() => createSqliteStore({ path })).toThrow(
    expect.objectContaining({
      code: 'STORE_UNUSABLE',
      message: expect.stringMatching(
        /^Cannot use the database file .*speko\.db: .*Choose a path this process may write, on a local disk\.$/,
      ),
    }),
  );
});

test('a file that is no database is refused with STORE_UNUSABLE and left as it is', () => {
  const path = join(newFolder(), 'notes.txt');
  writeFileSync(path, 'these are my notes, and they are long enough to be read as a header '.repeat(20));
  expect(() => createSqliteStore({ path })).toThrow(
    expect.objectContaining({ code: 'STORE_UNUSABLE', message: expect.stringContaining('file is not a database') }),
  );
  expect(statSync(path).size).toBe(1360);
});

test('a file of a newer schema version is refused with STORE_UNUSABLE', async () => {
  const path = join(newFolder(), 'speko.db');
  await createSqliteStore({ path }).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => createSqliteStore({ path })).toThrow(
    expect.objectContaining({
      code: 'STORE_UNUSABLE',
      message: expect.stringContaining('it has schema version 99 and this gateway knows versions up to 2'),
    }),
  );
});

test('spent tokens and idempotency keys are dropped a few at a time, so tables do not grow without end', async () => {
  const path = join(newFolder(), 'speko.db');
  let nowMs = 1_000_000;
  const store = createSqliteStore({ path, nowMs: () => nowMs });
  for (let index = 0; index < 50; index += 1) {
    await store.saveToken({ tokenHash: `t${index}`, sessionId: 's', expiresAtMs: nowMs + 60_000 });
    await store.claimIdempotency({ keyId: 'k', idempotencyKey: `i${index}`, bodyHash: 'b', nowMs, windowMs: 600_000 });
  }
  nowMs += 7_200_000;
  for (let index = 0; index < 3; index += 1) {
    await store.saveToken({ tokenHash: `n${index}`, sessionId: 's', expiresAtMs: nowMs + 60_000 });
    await store.claimIdempotency({ keyId: 'k', idempotencyKey: `n${index}`, bodyHash: 'b', nowMs, windowMs: 600_000 });
  }
  await store.close();
  const database = new DatabaseSync(path);
  expect(database.prepare('SELECT count(*) AS n FROM tokens').get()).toEqual({ n: 3 });
  expect(database.prepare('SELECT count(*) AS n FROM idempotency').get()).toEqual({ n: 3 });
  database.close();
});

test('[ID3] an idempotency key is forgotten in time, also while its row still waits to be dropped', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  const claim = (index: number, bodyHash: string, nowMs: number) =>
    store.claimIdempotency({ keyId: 'k', idempotencyKey: `i${index}`, bodyHash, nowMs, windowMs: 600_000 });
  for (let index = 0; index < 50; index += 1) await claim(index, 'first', index);
  await store.saveIdempotentResponse('k', 'i49', 'answer');
  expect(await claim(49, 'second', 600_049)).toEqual({ type: 'claimed' });
  await store.close();
});

test('a page deep in a long list is read from the index, without a scan or a sort', async () => {
  const path = join(newFolder(), 'speko.db');
  await createSqliteStore({ path }).close();
  const database = new DatabaseSync(path);
  const plan = database
    .prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM sessions WHERE key_id = 'k' AND (created_at, session_id) < (5, 'x')
       ORDER BY created_at DESC, session_id DESC LIMIT 20`,
    )
    .all();
  expect(plan.map((row) => row['detail'])).toEqual([
    'SEARCH sessions USING INDEX sessions_by_key (key_id=? AND (created_at,session_id)<(?,?))',
  ]);
  database.close();
});
