import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLogger, createServer, createSqliteStore } from '@speko/server';
import { expect, onTestFinished, test } from 'vitest';
import { refusedUpgrade } from '../helpers/plain-client.ts';
import { startGateway, type TestGateway } from '../helpers/start-gateway.ts';

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'speko-store-')), 'gateway.db');

/** Another process that works on the database. */
function lockDatabase(path: string): { unlock(): void } {
  const database = new DatabaseSync(path);
  database.exec('BEGIN IMMEDIATE');
  let isOpen = true;
  const unlock = (): void => {
    if (isOpen) database.close();
    isOpen = false;
  };
  onTestFinished(unlock);
  return { unlock };
}

/** Lets the gateway's own clock go on until `isThere`, with time for what it waits for. */
async function waitOut(gateway: TestGateway, isThere: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < 100 && !(await isThere()); step++) gateway.clock.skip(500);
}

test('[RS21] [ST2] [RS2] a database that is locked: calls go on, new ones wait, and no final, no usage and no token is lost', async () => {
  const path = newPath();
  const gateway = await startGateway({ databasePath: path });
  const call = await gateway.call({ provider: 'echo', model: 'echo' });
  await call.frame('ready');
  const waiting = await gateway.mint({ provider: 'echo', model: 'echo' });
  const lock = lockDatabase(path);

  for (const [index, text] of ['one', 'two', 'three'].entries()) {
    call.send({ t: 'text', text });
    await call.frame('transcript', { final: true, turn: `a${index + 1}` });
  }
  const mint = await gateway.post('/v1/sessions', { mode: 's2s', s2s: { provider: 'echo', model: 'echo' } });
  expect([mint.status, mint.body.code, mint.headers.get('retry-after')]).toEqual([503, 'STORE_UNAVAILABLE', '1']);
  const upgrade = await refusedUpgrade(waiting.wsUrl, { protocols: [waiting.wsToken] });
  expect([upgrade.status, upgrade.body.code, upgrade.headers['retry-after']]).toEqual([503, 'STORE_UNAVAILABLE', '1']);
  const ready = await gateway.get<{ status: string }>('/readyz');
  expect([ready.status, ready.body]).toEqual([200, { status: 'degraded' }]);
  call.socket.close(1000);
  expect(await gateway.get(`/v1/sessions/${call.session.sessionId}`)).toMatchObject({ body: { status: 'active' } });

  lock.unlock();
  await waitOut(gateway, async () => (await gateway.get<{ status: string }>('/readyz')).body.status === 'ok');
  const later = await gateway.connect(waiting);
  await later.frame('ready');
  const record = await gateway.record(call.session.sessionId);
  expect(record).toMatchObject({ status: 'ended', endReason: 'client_closed', usage: { responses: 3 } });
  const { body } = await gateway.get<{ entries: { role: string; text: string }[] }>(
    `/v1/sessions/${call.session.sessionId}/transcript`,
  );
  expect(body.entries.filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

test('[ST5] a second gateway waits for the first, touches no record meanwhile, and starts when it has left', async () => {
  const path = newPath();
  const first = await startGateway({ databasePath: path });
  const call = await first.call({ provider: 'echo', model: 'echo' });
  await call.frame('ready');
  const second = startGateway({ databasePath: path });
  await expect.poll(() => existsSync(`${path}.lock`)).toBe(true);
  call.send({ t: 'text', text: 'still talking' });
  await call.frame('transcript', { role: 'assistant', final: true });
  expect((await first.get(`/v1/sessions/${call.session.sessionId}`)).body).toMatchObject({ status: 'active' });
  call.socket.close(1000);
  await first.record(call.session.sessionId);
  await first.server.close();
  const { server } = await second;
  expect(server.sessionCount).toBe(0);
});

test('[ST5] a second gateway whose time is over does not start, and says what to do', async () => {
  const path = newPath();
  await startGateway({ databasePath: path });
  await expect(startGateway({ databasePath: path, storeWaitMs: 0 })).rejects.toThrow(
    `Another gateway serves from ${path}. Stop it first, or give this one a database of its own (SPEKO_DATABASE_URL).`,
  );
});

test('[ST4] a shutdown waits for a lock of ten seconds to pass, and loses nothing', async () => {
  const path = newPath();
  const gateway = await startGateway({ databasePath: path });
  const call = await gateway.call({ provider: 'echo', model: 'echo' });
  await call.frame('ready');
  const lock = lockDatabase(path);
  call.send({ t: 'text', text: 'last words' });
  await call.frame('transcript', { role: 'assistant', final: true });
  const closed = gateway.server.close();
  await call.end();
  gateway.clock.skip(10_000);
  lock.unlock();
  await closed;
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  expect(database.prepare('SELECT status, end_reason, responses FROM sessions').all()).toEqual([
    { status: 'ended', end_reason: 'server_shutdown', responses: 1 },
  ]);
  expect(database.prepare("SELECT text FROM transcripts WHERE role = 'user'").all()).toEqual([{ text: 'last words' }]);
});

test('[SR10] a session that was left open by a gateway whose clock was ahead is closed by the next', async () => {
  const path = newPath();
  const store = createSqliteStore({ path });
  const createdAtMs = Date.now() + 100_000_000;
  const session = { keyId: 'k', provider: 'echo', model: 'echo', createdAtMs, maxDurationSeconds: 60 };
  await store.createSession({ ...session, sessionId: 'ses_1' });
  await store.sessionConnected('ses_1', createdAtMs);
  await store.close();
  const gateway = await startGateway({ databasePath: path });
  expect(await gateway.store.findSession('k', 'ses_1')).toMatchObject({
    status: 'ended',
    endReason: 'server_shutdown',
    endedAt: new Date(createdAtMs).toISOString(),
    durationMs: 0,
  });
});

test('[ST5] a gateway that finds its database locked starts once it is not', async () => {
  const path = newPath();
  const before = createSqliteStore({ path });
  const session = { sessionId: 'ses_1', keyId: 'key_1', provider: 'echo', model: 'echo' };
  await before.createSession({ ...session, createdAtMs: Date.now(), maxDurationSeconds: 60 });
  await before.close();
  const lock = lockDatabase(path);
  const store = createSqliteStore({ path });
  const server = createServer({ adapters: [], store, logger: createLogger({ level: 'silent' }) });
  onTestFinished(() => server.close());
  const listening = server.listen({ port: 0 });
  await expect(store.sessionConnected('ses_1', 0)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  lock.unlock();
  const { url } = await listening;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await store.findSession('key_1', 'ses_1')).toMatchObject({ status: 'expired' });
});
