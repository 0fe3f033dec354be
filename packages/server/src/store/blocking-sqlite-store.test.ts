import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { createBlockingSqliteStore } from './blocking-sqlite-store.ts';
import { STORE_CONTRACT } from './contract/contract-suite.ts';
import { CONTRACT_NOW_MS } from './contract/store-contract-case.ts';
import { migrate, MIGRATIONS } from './sqlite-schema.ts';
import { SQL } from './sqlite-statements.ts';

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
    const store = createBlockingSqliteStore({ path: pathOf(), nowMs: () => CONTRACT_NOW_MS });
    try {
      await expect(run(store)).resolves.toBeUndefined();
    } finally {
      await store.close();
    }
  });
});

test('data outlives the process that wrote it', async () => {
  const path = join(newFolder(), 'speko.db');
  const first = createBlockingSqliteStore({ path });
  await first.saveKey({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: 5 });
  await first.close();
  const second = createBlockingSqliteStore({ path });
  expect(await second.findKey('h1')).toEqual({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: 5 });
  await second.close();
});

test('two processes may share a file: a key revoked by one is revoked for the other', async () => {
  const path = join(newFolder(), 'speko.db');
  const gateway = createBlockingSqliteStore({ path });
  const commandLine = createBlockingSqliteStore({ path });
  await gateway.saveKey({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: 5 });
  expect(await commandLine.revokeKey('key_1', 9)).toBe(true);
  expect((await gateway.findKey('h1'))?.revokedAtMs).toBe(9);
  await gateway.close();
  await commandLine.close();
});

test('a new file is readable by its owner only, and is in WAL mode at schema version 3', async () => {
  const path = join(newFolder(), 'speko.db');
  await createBlockingSqliteStore({ path }).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
  database.close();
});

test('a path below a file is refused with STORE_UNUSABLE, naming the path and what to do', () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, 'x');
  const path = join(file, 'speko.db');
  expect(() => createBlockingSqliteStore({ path })).toThrow(
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
  expect(() => createBlockingSqliteStore({ path })).toThrow(
    expect.objectContaining({ code: 'STORE_UNUSABLE', message: expect.stringContaining('file is not a database') }),
  );
  expect(statSync(path).size).toBe(1360);
});

test('a file of a newer schema version is refused with STORE_UNUSABLE', async () => {
  const path = join(newFolder(), 'speko.db');
  await createBlockingSqliteStore({ path }).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => createBlockingSqliteStore({ path })).toThrow(
    expect.objectContaining({
      code: 'STORE_UNUSABLE',
      message: expect.stringContaining('it has schema version 99 and this gateway knows versions up to 3'),
    }),
  );
});

test('spent tokens and idempotency keys are dropped a few at a time, so tables do not grow without end', async () => {
  const path = join(newFolder(), 'speko.db');
  let nowMs = 1_000_000;
  const store = createBlockingSqliteStore({ path, nowMs: () => nowMs });
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
  const store = createBlockingSqliteStore({ path: ':memory:' });
  const claim = (index: number, bodyHash: string, nowMs: number) =>
    store.claimIdempotency({ keyId: 'k', idempotencyKey: `i${index}`, bodyHash, nowMs, windowMs: 600_000 });
  for (let index = 0; index < 50; index += 1) await claim(index, 'first', index);
  await store.saveIdempotentResponse('k', 'i49', 'answer');
  expect(await claim(49, 'second', 600_049)).toEqual({ type: 'claimed' });
  await store.close();
});

test('[TR10] a file of version 2 is brought up to date: nothing in it was broken off', async () => {
  const path = join(newFolder(), 'speko.db');
  const old = new DatabaseSync(path);
  for (const sql of MIGRATIONS.slice(0, 2)) old.exec(sql);
  old.exec(`PRAGMA user_version = 2;
    INSERT INTO sessions (session_id, key_id, provider, model, metadata, status, created_at, max_duration_seconds)
    VALUES ('s', 'key_1', 'echo', 'echo-1', '{}', 'active', 0, 60);
    INSERT INTO transcripts (session_id, turn, role, text, interrupted, start_ms, at_ms)
    VALUES ('s', 'a1', 'assistant', 'Hello.', 0, 100, 200)`);
  old.close();
  const store = createBlockingSqliteStore({ path });
  const entry = { turn: 'a1', role: 'assistant', text: 'Hello.', interrupted: false, startMs: 100, atMs: 200 } as const;
  expect(await store.readTranscript('s')).toEqual([entry]);
  await store.appendTranscript('s', { ...entry, turn: 'a2', incomplete: 'content_filter' });
  expect(await store.readTranscript('s')).toEqual([entry, { ...entry, turn: 'a2', incomplete: 'content_filter' }]);
  await store.close();
});

test('[SR10] [SR8] a file of version 1 is brought up to date, with durations and sums of what it holds', async () => {
  const path = join(newFolder(), 'speko.db');
  const old = new DatabaseSync(path);
  old.exec(MIGRATIONS[0] ?? '');
  old.exec('PRAGMA user_version = 1');
  const insert = old.prepare(`
    INSERT INTO sessions (session_id, key_id, provider, model, metadata, status, created_at, connected_at, ended_at,
      max_duration_seconds, responses, output_audio_ms) VALUES (?, 'key_1', 'echo', 'echo-1', '{}', ?, ?, ?, ?, 60, ?, ?)`);
  const at = CONTRACT_NOW_MS;
  insert.run('ended', 'ended', at, at + 1_000, at + 3_500, 2, 500.5);
  insert.run('clock-ahead', 'ended', at, at + 1_000, at + 100_003_030, 3, 1);
  insert.run('clock-back', 'ended', at, at + 1_000, at - 3_600_000, 4, 2);
  insert.run('expired', 'expired', at, null, at + 60_000, 0, 0);
  insert.run('died', 'active', at, at + 1_000, null, 5, 3);
  insert.run('died-silent', 'active', at - 86_400_000, at, null, 6, 4);
  old.exec(`INSERT INTO transcripts (session_id, turn, role, text, interrupted, start_ms, at_ms)
    VALUES ('died', 't1', 'user', 'Hello.', 0, 100, 4000.5), ('died', 't2', 'user', 'Bye.', 0, 5000, 7000.9)`);
  old.close();

  const store = createBlockingSqliteStore({ path });
  const { sessions } = await store.listSessions('key_1', { limit: 10 });
  expect(Object.fromEntries(sessions.map(({ id, durationMs }) => [id, durationMs]))).toEqual({
    ended: 2_500,
    'clock-ahead': 60_000,
    'clock-back': 0,
    expired: null,
    died: 7_000,
    'died-silent': 0,
  });
  const usageOf = async (fromMs: number, toMs: number) =>
    (await store.usageReport('key_1', fromMs, toMs)).rows.map(({ durationMs, usage, audio, ...row }) => [
      row.sessions,
      durationMs,
      usage.responses,
      audio.outputMs,
    ]);
  expect(await usageOf(at - 10 * 86_400_000, at + 86_400_000)).toEqual([[6, 69_500, 20, 510.5]]);
  expect(await usageOf(at, at + 1)).toEqual([[5, 69_500, 14, 506.5]]);
  expect(await store.readTranscript('died')).toHaveLength(2);
  await store.saveProgress('died', {
    durationMs: 8_000,
    usage: {
      responses: 7,
      inputAudioTokens: 0,
      outputAudioTokens: 0,
      inputTextTokens: 0,
      outputTextTokens: 0,
      cachedTokens: 0,
    },
    inputAudioMs: 0,
    outputAudioMs: 3,
    timeToFirstAudio: { count: 0, medianMs: null, p95Ms: null },
  });
  expect(await usageOf(at - 10 * 86_400_000, at + 86_400_000)).toEqual([[6, 70_500, 22, 510.5]]);
  expect(await store.deleteExpired({ transcriptsBeforeMs: at + 3_501, recordsBeforeMs: at }, 100)).toBeGreaterThan(0);
  expect(await store.findSession('key_1', 'clock-back')).toBeUndefined();
  await store.close();
});

describe('what is asked of a file with many sessions is read from an index, without a scan or a sort', () => {
  test.each([
    ['listSessions', 'sessions_by_key (key_id=? AND created_at>? AND (created_at,session_id)<(?,?))'],
    ['listByStatus', 'sessions_by_status (key_id=? AND status=? AND created_at>? AND (created_at,session_id)<(?,?))'],
    [
      'listByProvider',
      'sessions_by_provider (key_id=? AND provider=? AND created_at>? AND (created_at,session_id)<(?,?))',
    ],
    [
      'listByBoth',
      'sessions_by_both (key_id=? AND provider=? AND status=? AND created_at>? AND (created_at,session_id)<(?,?))',
    ],
    ['findOldRecords', 'sessions_by_end (ended_at<?)'],
    ['findOldTranscripts', 'transcripts_by_end (ended_at<?)'],
  ] as const)('%s', (name, index) => {
    const database = new DatabaseSync(':memory:');
    migrate(database);
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${SQL[name]}`).all();
    expect(plan).toHaveLength(1);
    expect(plan[0]?.['detail']).toMatch(/^SEARCH sessions USING (COVERING )?INDEX /);
    expect(plan[0]?.['detail']).toContain(`INDEX ${index}`);
    database.close();
  });

  test('usageReport', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database);
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${SQL.usageReport}`).all();
    expect(
      plan.map((row) => String(row['detail'])).filter((detail) => /SCAN (?!\(subquery)|SEARCH/.test(detail)),
    ).toEqual([
      'SEARCH sessions USING INDEX sessions_by_key (key_id=? AND created_at>? AND created_at<?)',
      'SEARCH sessions USING INDEX sessions_by_key (key_id=? AND created_at>? AND created_at<?)',
      'SEARCH usage_sums USING PRIMARY KEY (key_id=? AND span_ms=? AND start_ms>? AND start_ms<?)',
      'SEARCH usage_sums USING PRIMARY KEY (key_id=? AND span_ms=? AND start_ms>? AND start_ms<?)',
      'SEARCH usage_sums USING PRIMARY KEY (key_id=? AND span_ms=? AND start_ms>? AND start_ms<?)',
    ]);
    database.close();
  });
});

test('[SR10] a clock that is set back makes no token look spent that waits for its client', async () => {
  const nowMs = CONTRACT_NOW_MS;
  const store = createBlockingSqliteStore({ path: ':memory:', nowMs: () => nowMs });
  // The wall shows three hours less than what this store counts by.
  const expiresAtMs = nowMs - 3 * 3_600_000;
  await store.saveToken({ tokenHash: 'first', sessionId: 'ses_1', expiresAtMs });
  await store.saveToken({ tokenHash: 'second', sessionId: 'ses_2', expiresAtMs: expiresAtMs + 1_000 });
  expect(await store.takeToken('first', 'ses_1', expiresAtMs - 1)).toBe('ok');
  await store.close();
});

test('[SR11] what is deleted is overwritten on the disk', async () => {
  const path = join(newFolder(), 'speko.db');
  const store = createBlockingSqliteStore({ path });
  for (const sessionId of ['old', 'young']) {
    await store.createSession({
      sessionId,
      keyId: 'k',
      provider: 'echo',
      model: 'echo',
      createdAtMs: 0,
      maxDurationSeconds: 60,
    });
    await store.appendTranscript(sessionId, {
      turn: 'u1',
      role: 'user',
      text: `Sesame of the ${sessionId} one.`,
      interrupted: false,
      startMs: 0,
      atMs: 1,
    });
  }
  await store.sessionEnded('old', { status: 'ended', reason: 'client_closed', atMs: 5, durationMs: null });
  while ((await store.deleteExpired({ recordsBeforeMs: 6, transcriptsBeforeMs: 6 }, 100)) > 0);
  await store.close();
  const file = readFileSync(path, 'latin1');
  expect(file).toContain('Sesame of the young one.');
  expect(file).not.toContain('Sesame of the old one.');
});
