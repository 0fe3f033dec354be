import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { ProviderErrorEvent } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { MIRROR_SECRET } from '../helpers/mirror-adapter.ts';
import { startGateway } from '../helpers/start-gateway.ts';

/** 20 ms of audio that can be told apart. */
const chunk = (value: number): Buffer => Buffer.alloc(960, value + 1);

const FAILED = 'provider_connect_failed';

describe('[ER5] [EN1] a provider that cannot be reached or refuses the session', () => {
  test('refuses the upgrade: its own words, then end, then 1011', async () => {
    const gateway = await startGateway({
      manners: { refuse: { status: 403, body: '{"error":"model mirror-1 needs an invitation"}' } },
    });
    const call = await gateway.call();
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect(call.frames).toEqual([
      {
        t: 'error',
        code: 'S2S_PROVIDER_CONNECT_FAILED',
        message:
          'Mirror: HTTP 403: {"error":"model mirror-1 needs an invitation"} ' +
          "Check the provider's base URL in the gateway's settings, and that the gateway can reach it.",
        fatal: true,
      },
      { t: 'end', reason: FAILED },
    ]);
    expect(await gateway.record(call.session.sessionId)).toMatchObject({
      status: 'ended',
      endReason: FAILED,
      lastError: { code: 'S2S_PROVIDER_CONNECT_FAILED', message: expect.stringContaining('needs an invitation') },
    });
    expect(JSON.parse(await gateway.logged('an error ends the session'))).toMatchObject({
      level: 'warn',
      sessionId: call.session.sessionId,
      code: 'S2S_PROVIDER_CONNECT_FAILED',
      reason: expect.stringContaining('needs an invitation'),
    });
  });

  test('accepts and then refuses the settings', async () => {
    const gateway = await startGateway({ manners: { ready: false } });
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    provider.send(
      failure({ code: 'MODEL_NOT_FOUND', message: 'There is no mirror-1.', providerCode: 'no_model', fatal: true }),
    );
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect(await call.frame('error')).toMatchObject({
      code: 'S2S_PROVIDER_CONNECT_FAILED',
      message: 'Mirror: There is no mirror-1. (no_model) Ask for a model that this provider account can use.',
      fatal: true,
    });
  });

  test('refuses for a reason of its own: what to look at', async () => {
    const gateway = await startGateway({ manners: { ready: false } });
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    provider.send(failure({ code: 'INVALID_REQUEST', message: 'No such voice.', fatal: true }));
    await call.end();
    expect((await call.frame('error'))['message']).toBe(
      "Mirror: No such voice. Check the session's settings against what the provider takes, and try again.",
    );
  });

  test('closes before it is ready, and when it is asked once more', async () => {
    const gateway = await startGateway({ manners: { ready: false } });
    const call = await gateway.call();
    for (const index of [0, 1]) {
      const provider = await gateway.vendor.connection(index);
      await provider.command('hello');
      await call.sync();
      provider.socket.close(4001, 'no seat left');
    }
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect((await call.frame('error'))['message']).toContain('closed the connection with 4001 "no seat left"');
  });

  test('is not listening', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const gateway = await startGateway({ mirror: { url: `ws://127.0.0.1:${port}` } });
    const call = await gateway.call();
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect((await call.frame('error'))['message']).toContain('ECONNREFUSED');
  });

  test('never answers the upgrade', async () => {
    const gateway = await startGateway({ manners: { silent: true }, mirror: { handshakeTimeoutMs: 50 } });
    const call = await gateway.call();
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect((await call.frame('error'))['message']).toContain('Opening handshake has timed out');
  });

  test('never gets ready', async () => {
    const gateway = await startGateway({ manners: { ready: false }, mirror: { readyTimeoutMs: 7000 } });
    const call = await gateway.call();
    await (await gateway.vendor.connection()).command('hello');
    gateway.clock.skip(7000);
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect((await call.frame('error'))['message']).toContain('not ready within 7000 ms');
  });
});

describe('[EN5] [EN1] a provider that fails in the middle of a call', () => {
  test('closes on purpose: provider_closed', async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    await call.frame('ready');
    provider.socket.close(1000, 'session is over');
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_closed' });
    expect(call.trace).toEqual(['ready', 'error PROVIDER_UNAVAILABLE', 'end provider_closed']);
    const error = await call.frame('error');
    expect(error['fatal']).toBe(true);
    expect(error['message']).toMatch(/ Start a new session to go on\.$/);
  });

  test('drops the connection and refuses a new one: provider_error, with the answer so far as a final', async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    await call.frame('ready');
    provider.send(
      { type: 'response-start', responseId: 'r1' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'Half an' },
    );
    provider.say(Buffer.alloc(48_000));
    await call.until(() => call.audioBytes === 48_000, 'the audio');
    gateway.vendor.manners = { refuse: { status: 403, body: 'not again' } };
    provider.socket.terminate();
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_error' });
    expect(call.trace).toEqual([
      'ready',
      'partial assistant a1',
      'speech assistant started a1',
      'audio',
      'speech assistant stopped a1',
      'error PROVIDER_UNAVAILABLE',
      'final assistant a1',
      'end provider_error',
    ]);
    expect((await call.frame('error'))['message']).toContain('HTTP 403: not again');
  });

  test('goes half open and takes no new connection: provider_error', async () => {
    const gateway = await startGateway({ mirror: { pingIntervalMs: 15_000 } });
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    await call.frame('ready');
    provider.socket.pause();
    gateway.vendor.manners = { refuse: { status: 403, body: 'not again' } };
    gateway.clock.skip(15_000);
    gateway.clock.skip(15_000);
    await call.sync();
    gateway.clock.skip(15_000);
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_error' });
    expect((await call.frame('error'))['message']).toContain('HTTP 403: not again');
  });

  test('says that its session has expired: provider_closed', async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    await call.frame('ready');
    const provider = await gateway.vendor.connection();
    provider.send(failure({ code: 'SESSION_EXPIRED', message: 'Sixty minutes are over.', fatal: true }));
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_closed' });
    expect((await call.frame('error'))['message']).toBe(
      'Mirror: Sixty minutes are over. Start a new session to go on.',
    );
  });
});

describe('[EN5] a provider connection that breaks is replaced, and the client sees nothing of it', () => {
  test('the user is heard without a gap, and the call goes on', async () => {
    const gateway = await startGateway();
    const call = await gateway.call({ turnDetection: 'manual' });
    const first = await gateway.vendor.connection();
    await call.frame('ready');
    call.sendAudio(chunk(1));
    await first.until(() => first.audioBytes === chunk(1).byteLength, 'the audio');
    first.socket.terminate();
    call.sendAudio(chunk(2));
    call.send({ t: 'control', action: 'commit' });
    const second = await gateway.vendor.connection(1);
    await second.command('audio-commit');
    expect(second.audio).toEqual(Buffer.concat([chunk(1), chunk(2)]));
    second.send({ type: 'response-start', responseId: 'r1' });
    second.say(Buffer.alloc(4800));
    await call.until(() => call.audioBytes === 4800, 'the answer');
    await call.sync();
    expect(call.trace).toEqual(['ready', 'speech assistant started a1', 'audio', 'pong']);
  });

  test('a fresh provider session is told what was said, and only what was heard', async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const first = await gateway.vendor.connection();
    await call.frame('ready');
    call.send({ t: 'text', text: 'Count.' });
    await first.command('text-append');
    first.send(
      { type: 'response-start', responseId: 'r1' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'One two three four' },
    );
    first.say(Buffer.alloc(4 * 48_000));
    await call.until(() => call.audioBytes === 4 * 48_000, 'the audio');
    call.send({ t: 'interrupt', playedMs: 2000 });
    await call.frame('transcript', { role: 'assistant', final: true });
    first.socket.terminate();
    const second = await gateway.vendor.connection(1);
    expect(await second.command('hello')).toMatchObject({
      continuation: {
        history: [
          { type: 'message', role: 'user', text: 'Count.' },
          { type: 'message', role: 'assistant', text: 'One two' },
        ],
      },
    });
  });

  test('a fresh provider session does not hear of a call that was taken back', async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const first = await gateway.vendor.connection();
    await call.frame('ready');
    first.send(
      { type: 'response-start', responseId: 'r1' },
      { type: 'tool-call', callId: 'c1', name: 'find_tea', arguments: '{}', responseId: 'r1' },
      { type: 'tool-call', callId: 'c2', name: 'find_cups', arguments: '{}', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', status: 'completed' },
      { type: 'tool-cancel', callId: 'c1' },
    );
    await first.sync();
    first.socket.terminate();
    const second = await gateway.vendor.connection(1);
    expect(await second.command('hello')).toMatchObject({
      continuation: { history: [{ type: 'tool-call', callId: 'c2', name: 'find_cups', arguments: '{}' }] },
    });
  });

  test('a vendor that asks to leave is left while it is quiet', async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const first = await gateway.vendor.connection();
    await call.frame('ready');
    first.send({ type: 'resumption-update', handle: 'h1', resumable: true }, { type: 'go-away', timeLeftMs: 50_000 });
    const second = await gateway.vendor.connection(1);
    expect(await second.command('hello')).toMatchObject({ continuation: { handle: 'h1' } });
    await first.until(() => first.closed, 'the first connection to be closed');
    await call.sync();
    expect(call.trace).toEqual(['ready', 'pong']);
  });

  test('half an hour survives three of them', async () => {
    const gateway = await startGateway({ idleTimeoutMs: 0, pingIntervalMs: 3_600_000, maxDurationSeconds: 1800 });
    const call = await gateway.call();
    await call.frame('ready');
    for (let move = 0; move < 3; move++) {
      const connection = await gateway.vendor.connection(move);
      await connection.until(() => connection.order.includes('hello'), 'the greeting');
      await connection.sync();
      gateway.clock.skip(590_000);
      connection.send({ type: 'go-away', timeLeftMs: 50_000 });
      const next = await gateway.vendor.connection(move + 1);
      await next.command('hello');
      await next.sync();
      call.sendAudio(chunk(move));
      // The end of what the connection before heard may have been the beginning of a sentence, so it is said again.
      const audio = Buffer.concat(Array.from({ length: move + 1 }, (_, index) => chunk(index)));
      await next.until(() => next.audioBytes === audio.byteLength, 'the audio');
      expect(next.audio).toEqual(audio);
    }
    gateway.clock.skip(40_000);
    expect(await call.end()).toEqual({ code: 4408, reason: 'duration_limit' });
    expect(call.all('error')).toEqual([]);
  });
});

describe('[ER4] [ER6] [ER7] an error that the provider reports', () => {
  test.each([
    ['PROVIDER_ERROR', 'PROVIDER_ERROR', 'The item is gone. (item_gone)'],
    ['INVALID_REQUEST', 'PROVIDER_ERROR', 'The item is gone. (item_gone)'],
    ['RATE_LIMITED', 'PROVIDER_RATE_LIMITED', 'The item is gone. (item_gone) Wait a moment before the next call.'],
    [
      'QUOTA_EXCEEDED',
      'PROVIDER_RATE_LIMITED',
      'The item is gone. (item_gone) Add credit to the provider account; the provider refuses calls until then.',
    ],
    [
      'UNAVAILABLE',
      'PROVIDER_UNAVAILABLE',
      'The item is gone. (item_gone) The provider is overloaded or down; try again later.',
    ],
  ] as const)('%s is %s, and the session goes on', async (code, frameCode, words) => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    await call.frame('ready');
    provider.send(failure({ code, message: 'The item is gone.', providerCode: 'item_gone', fatal: false }));
    expect(await call.frame('error')).toEqual({ t: 'error', code: frameCode, message: `Mirror: ${words}` });
    await call.sync();
    expect(call.closed).toBeUndefined();
  });

  test.each([
    ['PROVIDER_ERROR', 'PROVIDER_ERROR'],
    ['QUOTA_EXCEEDED', 'PROVIDER_RATE_LIMITED'],
    ['UNAVAILABLE', 'PROVIDER_UNAVAILABLE'],
  ] as const)('a fatal %s is %s with fatal, and the session ends', async (code, frameCode) => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    await call.frame('ready');
    provider.send(failure({ code, message: 'No more.', fatal: true }));
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_error' });
    expect(call.frames.slice(1)).toEqual([
      { t: 'error', code: frameCode, message: expect.stringContaining('Mirror: No more.'), fatal: true },
      { t: 'end', reason: 'provider_error' },
    ]);
    expect(await gateway.record(call.session.sessionId)).toMatchObject({ lastError: { code: frameCode } });
  });

  test("[ER3] a credential in the provider's words does not reach the client or the record", async () => {
    const gateway = await startGateway();
    const call = await gateway.call();
    const provider = await gateway.vendor.connection();
    await call.frame('ready');
    const key = `sk-proj-${'a1B2'.repeat(10)}`;
    const message = `The key ${key} was revoked, and so was ${MIRROR_SECRET}.`;
    provider.send(failure({ code: 'AUTH_FAILED', message, fatal: true }));
    await call.end();
    expect((await call.frame('error'))['message']).toBe(
      "Mirror: The key [redacted] was revoked, and so was [redacted]. Check the provider's API key in the gateway's settings.",
    );
    expect(JSON.stringify(await gateway.record(call.session.sessionId))).not.toContain(key);
  });
});

describe('[ER3] [ER4] a fault of the gateway', () => {
  test('in the middle of a call is INTERNAL and ends that call alone', async () => {
    const gateway = await startGateway();
    const bystander = await gateway.call();
    await bystander.frame('ready');
    const call = await gateway.call();
    await call.frame('ready');
    const provider = await gateway.vendor.connection(1);
    provider.socket.send('{"type":"fault"}');
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_error' });
    const error = await call.frame('error');
    expect(error).toMatchObject({ code: 'INTERNAL', fatal: true });
    expect(error['message']).not.toContain('nobody should read');
    expect(await gateway.record(call.session.sessionId)).toMatchObject({
      endReason: 'provider_error',
      lastError: { code: 'INTERNAL' },
    });
    await gateway.logged('nobody should read');
    await bystander.sync();
  });

  test('at the start of a call is INTERNAL, and the session is closed, recorded and gone', async () => {
    const gateway = await startGateway({ predial: false, keyConcurrentSessions: 1 });
    const call = await gateway.call({ model: 'no-codec' });
    expect(await call.end()).toEqual({ code: 1011, reason: FAILED });
    expect(call.trace).toEqual(['error INTERNAL', `end ${FAILED}`]);
    expect(await gateway.record(call.session.sessionId)).toMatchObject({ status: 'ended', endReason: FAILED });
    expect(gateway.server.sessionCount).toBe(0);
    await (await gateway.call()).frame('ready');
  });

  test('at mint is 500 INTERNAL, and takes no place', async () => {
    const gateway = await startGateway({ keyConcurrentSessions: 1 });
    const answer = await gateway.post('/v1/sessions', { mode: 's2s', s2s: { provider: 'mirror', model: 'no-codec' } });
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(answer.text).not.toContain('nobody should read');
    expect(gateway.server.sessionCount).toBe(0);
    await gateway.mint();
  });
});

function failure(
  event: Partial<ProviderErrorEvent> & Pick<ProviderErrorEvent, 'code' | 'message' | 'fatal'>,
): ProviderErrorEvent {
  return { type: 'provider-error', retryable: false, ...event };
}
