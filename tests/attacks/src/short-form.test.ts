// The most important attacks, shrunk. They assert counts, bytes and order, which are the same on every machine, and leave
// milliseconds to `npm run attack`.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Access, mint, mintBody, request, type SessionSettings } from './harness/access.ts';
import { countingAudio } from './harness/counting-audio.ts';
import { GatewayProcess } from './harness/gateway-process.ts';
import { lockStore } from './harness/lock-holder.ts';
import { residentBytes } from './harness/memory.ts';
import { openCall, openReadyCall } from './harness/open-calls.ts';
import { mannered } from './harness/providers.ts';
import { type RawCall, upgrade } from './harness/raw-call.ts';
import { type Vendor, vendorEnvironment, VendorProcess, vendorStats } from './harness/vendor.ts';
import { pause, settledWithin, within } from './harness/wait.ts';
import { BINARY, clientFrame, jsonFrame, repeated } from './harness/websocket-frame.ts';

vi.setConfig({ hookTimeout: 60_000 });

/** Beyond it something stands still. */
const SOON_MS = 10_000;
/** Long enough for hundreds of what should not happen. */
const WATCH_MS = 1_500;
const MEGABYTE = 1_000_000;

let vendor: VendorProcess;
let gateway: GatewayProcess;

beforeAll(async () => {
  vendor = await VendorProcess.start();
  gateway = await GatewayProcess.start({ fromSource: true, env: vendorEnvironment(vendor) });
});
afterAll(async () => {
  await gateway?.stop();
  vendor?.stop();
});

/** Fails unless somebody else's call is answered. */
async function expectOthersServed(access: Access): Promise<void> {
  const call = await openReadyCall(access);
  call.send({ t: 'ping', id: 1 });
  expect(await within(SOON_MS, () => call.pongs === 1)).toBe(true);
  call.leave();
}

async function connectionsOf(of: Vendor, sessions: readonly { readonly model: string }[]): Promise<number[]> {
  return Promise.all(sessions.map(async ({ model }) => (await vendorStats(of, model)).connections));
}

function mintWith(s2s: SessionSettings, more: SessionSettings = {}): ReturnType<typeof request> {
  const body = mintBody(s2s, more);
  return request(gateway.url, '/v1/sessions', { method: 'POST', key: gateway.keys[0], body, timeoutMs: SOON_MS });
}

const errorsOf = (call: RawCall): string[] =>
  call.frames.filter(({ t }) => t === 'error').map((frame) => String(frame['code']));

describe('one caller', () => {
  test('audio in tiny messages before the vendor is ready waits in blocks, and none of it is lost', async () => {
    const s2s = mannered('openai', 'slow-ready:700');
    const call = await openCall(gateway, s2s);
    const pcm = countingAudio(10_000);
    call.sendBytes(
      Buffer.concat(Array.from({ length: 10_000 }, (_, at) => clientFrame(BINARY, pcm.subarray(at * 2, at * 2 + 2)))),
    );
    await expectOthersServed(gateway);
    const all = await within(SOON_MS, async () => (await vendorStats(vendor, s2s.model)).audioBytes === 20_000);
    expect([all, call.find('ready')?.t, errorsOf(call)]).toEqual([true, 'ready', []]);
    const { gaps, audioMessages } = await vendorStats(vendor, s2s.model);
    expect(gaps).toBe(0);
    expect(audioMessages).toBeLessThan(1_000);
    call.leave();
  });

  test('far more of it than a call may send stops nobody, and is not the end of the call', async () => {
    const call = await openCall(gateway, mannered('openai', 'slow-ready:700'));
    call.sendBytes(repeated(clientFrame(BINARY, Buffer.alloc(2)), 300_000));
    await expectOthersServed(gateway);
    expect(await within(SOON_MS, () => call.find('ready') !== undefined)).toBe(true);
    expect([errorsOf(call), call.isClosed]).toEqual([[], false]);
    call.leave();
  });

  test('who asks for answers and reads none does not fill the memory', async () => {
    const before = (await residentBytes(gateway.pid)) ?? 0;
    const calls = await Promise.all(Array.from({ length: 4 }, () => openCall(gateway, {}, { reads: false })));
    await Promise.all(calls.map((call) => call.flood(repeated(jsonFrame({ t: 'ping', id: 1 }), 2_500), WATCH_MS)));
    await expectOthersServed(gateway);
    const grown = ((await residentBytes(gateway.pid)) ?? 0) - before;
    expect(grown).toBeLessThan(150 * MEGABYTE);
    for (const call of calls) call.leave();
  });

  test('a text over 64 KiB is refused, often if need be, and the call goes on', async () => {
    const call = await openReadyCall(gateway);
    for (let count = 0; count < 25; count++) call.send({ t: 'text', text: 'a'.repeat(65_537) });
    call.send({ t: 'text', text: 'short' });
    const isFinal = (): boolean => call.find('transcript', { role: 'user', text: 'short', final: true }) !== undefined;
    expect(await within(SOON_MS, isFinal)).toBe(true);
    expect(errorsOf(call)).toEqual(Array.from({ length: 25 }, () => 'BAD_FRAME'));
    expect(call.isClosed).toBe(false);
    call.leave();
  });

  test('a result of 900 kB reaches the vendor', async () => {
    const tools = [{ name: 'lookup', description: 'Looks up.', parameters: { type: 'object' } }];
    const s2s = mannered('openai', 'call-tool', { tools });
    const call = await openReadyCall(gateway, s2s);
    call.send({ t: 'text', text: 'Look.' });
    expect(await within(SOON_MS, () => call.find('tool_call') !== undefined)).toBe(true);
    call.send({ t: 'tool_result', callId: call.find('tool_call')?.['callId'], output: 'x'.repeat(900_000) });
    const arrived = await within(SOON_MS, async () => (await vendorStats(vendor, s2s.model)).otherBytes > 100_000);
    expect([arrived, call.isClosed]).toEqual([true, false]);
    call.leave();
  });
});

describe('one key', () => {
  test('schemas that grow when they are followed are answered all the same', async () => {
    const $defs: Record<string, object> = { d30: { type: 'string' } };
    for (let level = 0; level < 30; level++) {
      const next = { $ref: `#/$defs/d${level + 1}` };
      $defs[`d${level}`] = { type: 'object', properties: { a: next, b: next } };
    }
    const parameters = { type: 'object', properties: { x: { $ref: '#/$defs/d0' } }, $defs };
    // A gateway of its own: one that stands still takes no other test with it.
    const alone = await GatewayProcess.start({ fromSource: true, env: vendorEnvironment(vendor) });
    try {
      const s2s = mannered('google', 'quiet', { tools: [{ name: 'bomb', description: 'Bomb.', parameters }] });
      const options = { method: 'POST', key: alone.keys[0], body: mintBody(s2s), timeoutMs: SOON_MS };
      const answer = await settledWithin(SOON_MS, request(alone.url, '/v1/sessions', options));
      expect([201, 400]).toContain(answer?.status);
      expect((await settledWithin(SOON_MS, request(alone.url, '/healthz', { timeoutMs: SOON_MS })))?.status).toBe(200);
    } finally {
      await alone.stop();
    }
  });

  test('thousands of unknown fields get a short answer', async () => {
    const fields = Object.fromEntries(Array.from({ length: 26_000 }, (_, index) => [index.toString(36), 1]));
    const { status, bytes, body } = await mintWith({}, fields);
    expect(status).toBe(400);
    expect((body['issues'] as readonly unknown[]).length).toBeLessThanOrEqual(50);
    expect(bytes).toBeLessThan(16_384);
  });

  test('a token opens one connection, however often it is shown at once', async () => {
    const session = await mint(gateway);
    const answers = await Promise.all(Array.from({ length: 50 }, () => upgrade(gateway, session)));
    expect(answers.filter(({ status }) => status === 101)).toHaveLength(1);
    for (const { socket } of answers) socket.destroy();
  });
});

describe('one vendor', () => {
  test('ends of a session that make no sense do not move it', async () => {
    const now = Math.floor(Date.now() / 1000);
    const ends = [0, -5, now - 1800, now + 30, 99_999_999_999, Date.now() + 1_800_000];
    const sessions = ends.map((at) => mannered('openai', `expires:${at}`));
    const calls = await Promise.all(sessions.map((s2s) => openReadyCall(gateway, s2s)));
    await pause(WATCH_MS);
    expect(await connectionsOf(vendor, sessions)).toEqual(ends.map(() => 1));
    for (const call of calls) call.leave();
  });

  test('one that says goodbye on every connection is not called back without end', async () => {
    const sessions = ['0', '60'].map((seconds) => mannered('google', `go-away:${seconds}`));
    const calls = await Promise.all(sessions.map((s2s) => openReadyCall(gateway, s2s).catch(() => undefined)));
    await pause(WATCH_MS);
    for (const count of await connectionsOf(vendor, sessions)) expect(count).toBeLessThanOrEqual(4);
    for (const call of calls) call?.leave();
  });

  test('a flood of words costs the client no more than it can read', async () => {
    const s2s = mannered('openai', 'flood:assistant-words');
    const call = await openReadyCall(gateway, s2s);
    call.send({ t: 'text', text: 'Go on.' });
    await within(SOON_MS, async () => (await vendorStats(vendor, s2s.model)).sentBytes > 100_000);
    await expectOthersServed(gateway);
    // Every partial is the whole text so far: sent for each word, 100 kB of events would come to some 3 MB.
    expect(call.textBytes).toBeLessThan(MEGABYTE);
    call.leave();
  });

  test('a flood before the client has come waits at the vendor', async () => {
    const s2s = mannered('openai', 'flood-at-once:unknown');
    await mint(gateway, s2s);
    await pause(WATCH_MS);
    expect((await vendorStats(vendor, s2s.model)).sentBytes).toBeLessThan(30 * MEGABYTE);
  });
});

test('a locked database loses nothing, and says meanwhile that it is locked', async () => {
  const call = await openReadyCall(gateway);
  const waiting = await mint(gateway);
  const release = lockStore(gateway.folder);
  try {
    call.send({ t: 'text', text: 'while it is locked' });
    await within(SOON_MS, async () => (await request(gateway.url, '/readyz')).body['status'] === 'degraded');
    const ready = await request(gateway.url, '/readyz');
    expect([ready.status, ready.body['status']]).toEqual([200, 'degraded']);
    const minted = await mintWith({});
    expect([minted.status, minted.body['code']]).toEqual([503, 'STORE_UNAVAILABLE']);
    expect(Number(minted.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const refused = await upgrade(gateway, waiting);
    expect(refused.status).toBe(503);
    refused.socket.destroy();
  } finally {
    release();
  }
  expect(await within(SOON_MS, async () => (await request(gateway.url, '/readyz')).body['status'] === 'ok')).toBe(true);
  const opened = await upgrade(gateway, waiting);
  expect(opened.status).toBe(101);
  opened.socket.destroy();
  const isKept = await within(SOON_MS, async () => {
    const path = `/v1/sessions/${call.session.sessionId}/transcript`;
    const { body } = await request(gateway.url, path, { key: gateway.keys[0] });
    return JSON.stringify(body).includes('while it is locked');
  });
  expect(isKept).toBe(true);
  call.leave();
});

test('nobody gets a session with the key of the page by asking as the page does', async () => {
  const own = await GatewayProcess.start({ fromSource: true, env: { SPEKO_API_KEYS: undefined } });
  try {
    const headers = { 'sec-fetch-site': 'same-origin', origin: own.url };
    const answer = await request(own.url, '/playground/sessions', { method: 'POST', headers, body: mintBody() });
    expect([401, 403]).toContain(answer.status);
  } finally {
    await own.stop();
  }
});
