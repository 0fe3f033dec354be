import { createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { refusedUpgrade, type PlainCall } from '../helpers/plain-client.ts';
import { startGateway } from '../helpers/start-gateway.ts';

/** [EN1] The end frame is the last message, and its reason the close reason. */
async function expectEnd(call: PlainCall, reason: string, code: number): Promise<void> {
  expect(await call.end()).toEqual({ code, reason });
  const last = call.messages.at(-1);
  expect(last).toMatchObject({ type: 'frame', text: JSON.stringify({ t: 'end', reason }) });
}

test.each([
  ['with 1000 client_closed', 1000, 'client_closed'],
  ['with 1001', 1001, 'going away'],
  ['with a code of its own', 4321, 'mine'],
])('[EN2] [EN1] a client that closes %s ends the session as client_closed', async (_title, code, reason) => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  call.socket.close(code, reason);
  expect(await call.end()).toEqual({ code, reason });
  expect(await gateway.record(call.session.sessionId)).toMatchObject({
    status: 'ended',
    endReason: 'client_closed',
    lastError: null,
  });
  const provider = await gateway.vendor.connection();
  expect(await provider.until(() => provider.closed, 'the provider connection to be closed')).toMatchObject({
    code: 1000,
  });
});

test('[EN2] a client that closes without a code is client_closed, too', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  call.socket.close();
  expect((await call.end()).code).toBe(1005);
  expect(await gateway.record(call.session.sessionId)).toMatchObject({ endReason: 'client_closed' });
});

test('[EN2] a connection that ends without a close is lost', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  call.socket.terminate();
  expect(await gateway.record(call.session.sessionId)).toMatchObject({ status: 'ended', endReason: 'connection_lost' });
});

test('[EN2] a connection that is reset is lost, too', async () => {
  const gateway = await startGateway();
  const { stream, sessionId } = await rawConnection(gateway);
  stream.resetAndDestroy();
  expect(await gateway.record(sessionId)).toMatchObject({ status: 'ended', endReason: 'connection_lost' });
});

test('[EN1] [SR7] POST …/end closes with 1000 ended_by_api, and the answer is the complete record', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  const answer = await gateway.post(`/v1/sessions/${call.session.sessionId}/end`, '');
  expect(answer).toMatchObject({ status: 200, body: { status: 'ended', endReason: 'ended_by_api' } });
  await expectEnd(call, 'ended_by_api', 1000);
  expect(await gateway.post(`/v1/sessions/${call.session.sessionId}/end`, '')).toMatchObject({
    status: 409,
    body: { code: 'SESSION_ENDED' },
  });
});

test('[EN3] [RS10] [EN1] a session ends with 4408 duration_limit when its granted duration is over', async () => {
  const gateway = await startGateway({ idleTimeoutMs: 0 });
  const call = await gateway.call({}, { more: { ttlSeconds: 60 } });
  expect(call.session.maxDurationSeconds).toBe(60);
  await call.frame('ready');
  gateway.clock.skip(58_000);
  await call.sync();
  gateway.clock.skip(2000);
  await expectEnd(call, 'duration_limit', 4408);
  const record = await gateway.record(call.session.sessionId);
  expect(record).toMatchObject({ endReason: 'duration_limit', maxDurationSeconds: 60 });
  // Two clocks measure it: up to a millisecond may get lost between them.
  expect(record.durationMs).toBeGreaterThanOrEqual(59_990);
});

test('[EN3] [RS10] the duration runs from the connection, not from mint', async () => {
  const gateway = await startGateway({ idleTimeoutMs: 0 });
  const minted = await gateway.mint({}, { ttlSeconds: 50 });
  gateway.clock.skip(45_000);
  const call = await gateway.connect(minted);
  gateway.clock.skip(45_000);
  await call.sync();
  gateway.clock.skip(5000);
  await expectEnd(call, 'duration_limit', 4408);
});

test('[EN4] [EN1] a client that sends nothing for 300 s ends with 4408 idle_timeout; a ping or audio is something', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  gateway.clock.skip(299_000);
  await call.sync();
  gateway.clock.skip(299_000);
  call.sendAudio(Buffer.alloc(960));
  const provider = await gateway.vendor.connection();
  await provider.until(() => provider.audioBytes === 960, 'the audio at the provider');
  gateway.clock.skip(299_000);
  await provider.until(() => provider.socket.readyState === provider.socket.OPEN, 'the call to go on');
  expect(call.closed).toBeUndefined();
  gateway.clock.skip(1000);
  await expectEnd(call, 'idle_timeout', 4408);
  expect(await gateway.record(call.session.sessionId)).toMatchObject({ endReason: 'idle_timeout' });
});

test('[EN4] what the provider says keeps no idle client', async () => {
  const gateway = await startGateway({ idleTimeoutMs: 10_000 });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  gateway.clock.skip(9000);
  provider.send({ type: 'response-start', responseId: 'r1' });
  provider.say(Buffer.alloc(960));
  await call.until(() => call.audioBytes === 960, 'the audio');
  gateway.clock.skip(1000);
  await expectEnd(call, 'idle_timeout', 4408);
});

test('[CF9] [CF2] [CF3] [EN1] twenty malformed messages within 10 s end the session with 4400 protocol_error', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  for (let count = 0; count < 10; count++) {
    call.sendAudio(Buffer.alloc(3));
    call.send('{"t":"nonsense"}');
  }
  await expectEnd(call, 'protocol_error', 4400);
  const errors = call.all('error');
  expect(errors).toHaveLength(20);
  expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => ['BAD_AUDIO', 'BAD_FRAME']).flat());
  expect(errors.filter(({ fatal }) => fatal !== undefined)).toEqual([errors[19]]);
  expect(errors[19]).toMatchObject({ fatal: true });
  expect(await gateway.record(call.session.sessionId)).toMatchObject({
    endReason: 'protocol_error',
    lastError: { code: 'BAD_FRAME' },
  });
});

test('[CF9] nineteen malformed messages in any 10 s do not end the session', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  for (let count = 0; count < 19; count++) call.send('x');
  await call.sync();
  gateway.clock.skip(10_000);
  for (let count = 0; count < 19; count++) call.send('x');
  await call.sync();
  expect(call.all('error')).toHaveLength(38);
  expect(call.closed).toBeUndefined();
});

test.each([
  ['binary', (bytes: number) => Buffer.alloc(bytes)],
  ['text', (bytes: number) => JSON.stringify({ t: 'ping', id: 1, pad: 'x'.repeat(bytes - 28) })],
])('[EN7] [EN1] a %s message over 1,048,576 bytes ends the session with 1009 protocol_error', async (_title, make) => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  expect(Buffer.byteLength(make(1_048_576))).toBe(1_048_576);
  call.socket.send(make(1_048_576));
  await call.sync();
  expect(call.all('error')).toEqual([]);
  call.socket.send(make(1_048_578));
  await expectEnd(call, 'protocol_error', 1009);
  expect(call.all('error')).toEqual([
    {
      t: 'error',
      code: 'BAD_FRAME',
      message: expect.stringContaining('A message of 1048578 bytes was not read: a message has at most 1048576 bytes.'),
      fatal: true,
    },
  ]);
  expect(await gateway.record(call.session.sessionId)).toMatchObject({
    endReason: 'protocol_error',
    lastError: { code: 'BAD_FRAME' },
  });
});

test('[EN7] a message that is many times too large is cut off while it arrives, with 1009', async () => {
  const gateway = await startGateway({ maxMessageBytes: 65_536 });
  const call = await gateway.call();
  await call.frame('ready');
  call.socket.send(Buffer.alloc(4_000_000));
  await expectEnd(call, 'protocol_error', 1009);
  expect(call.all('error')).toMatchObject([
    { message: expect.stringContaining('A message of over 131072 bytes was cut off.'), fatal: true },
  ]);
  expect(await gateway.record(call.session.sessionId)).toMatchObject({ endReason: 'protocol_error' });
});

test.each([
  ['that are no WebSocket frame', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'no valid WebSocket message (1002)'],
  ['of a text that is no UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28], 'not UTF-8'],
])('[EN7] [EN1] bytes %s end the session as protocol_error, with a reason', async (_title, bytes, sentence) => {
  const gateway = await startGateway();
  const { stream, sessionId } = await rawConnection(gateway);
  const received = text(stream);
  stream.write(Buffer.from(bytes));
  expect(await gateway.record(sessionId)).toMatchObject({ endReason: 'protocol_error' });
  const answer = await received;
  expect(answer).toContain(sentence);
  expect(answer.indexOf('"t":"end","reason":"protocol_error"')).toBeGreaterThan(answer.indexOf('"fatal":true'));
});

/** A session whose client writes bytes of its own. */
async function rawConnection(
  gateway: Awaited<ReturnType<typeof startGateway>>,
): Promise<{ readonly stream: Socket; readonly sessionId: string }> {
  const { wsUrl, wsToken, sessionId } = await gateway.mint();
  const { hostname, port, pathname } = new URL(wsUrl);
  const stream = createConnection({ host: hostname, port: Number(port) });
  stream.on('error', () => undefined);
  stream.write(
    `GET ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${wsToken}\r\n\r\n`,
  );
  await gateway.logged('session connected');
  return { stream, sessionId };
}

test('[HS10] a client that leaves two pings unanswered is cut off, and the record says connection_lost', async () => {
  const gateway = await startGateway({ idleTimeoutMs: 0, pingIntervalMs: undefined });
  const minted = await gateway.mint();
  const call = await gateway.connect(minted);
  await call.frame('ready');
  let pings = 0;
  const pinged = () => new Promise<void>((resolve) => call.socket.once('ping', () => resolve(void pings++)));
  // This one answers: it stays.
  for (let round = 0; round < 4; round++) {
    const ping = pinged();
    gateway.clock.skip(20_000);
    await ping;
    await call.sync();
  }
  expect(pings).toBe(4);
  // Now it goes silent.
  call.socket.pause();
  gateway.clock.skip(20_000);
  gateway.clock.skip(20_000);
  gateway.clock.skip(20_000);
  expect(await gateway.record(minted.sessionId)).toMatchObject({ status: 'ended', endReason: 'connection_lost' });
  call.socket.resume();
  expect((await call.end()).code).toBe(1006);
});

test('[EN8] [RS19] [EN1] on shutdown calls go on, nothing new is taken, and the deadline ends them with 1012', async () => {
  const gateway = await startGateway({ drainDeadlineMs: 60_000 });
  const call = await gateway.call();
  const waiting = await gateway.mint();
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  const closing = gateway.server.close();
  expect(await gateway.get('/readyz')).toMatchObject({ status: 503, body: { status: 'draining' } });
  const refused = await gateway.post('/v1/sessions', { mode: 's2s', s2s: { provider: 'echo', model: 'echo' } });
  expect(refused).toMatchObject({ status: 503, body: { code: 'DRAINING' } });
  expect(refused.body.error).toContain('try again');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await refusedUpgrade(waiting.wsUrl, { protocols: [waiting.wsToken] })).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: { code: 'DRAINING' },
  });
  expect(await gateway.record(waiting.sessionId)).toMatchObject({ endReason: 'server_shutdown', connectedAt: null });
  // The call is alive both ways.
  call.sendAudio(Buffer.alloc(960, 1));
  await provider.until(() => provider.audioBytes === 960, 'audio during the drain');
  provider.send({ type: 'response-start', responseId: 'r1' });
  provider.say(Buffer.alloc(960, 2));
  await call.until(() => call.audioBytes === 960, 'audio during the drain');
  gateway.clock.skip(60_000);
  await expectEnd(call, 'server_shutdown', 1012);
  await closing;
});

test('[EN8] a shutdown does not wait for its deadline when the last call ends before', async () => {
  const gateway = await startGateway({ drainDeadlineMs: 3_600_000 });
  const call = await gateway.call();
  await call.frame('ready');
  const closing = gateway.server.close();
  call.socket.close(1000);
  await closing;
  expect(gateway.server.sessionCount).toBe(0);
});

test('[EN1] [TR2] [TR4] finals that are due come before the end', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  provider.send(
    { type: 'transcript-delta', role: 'user', turnId: 'q', delta: 'Is anyone' },
    { type: 'response-start', responseId: 'r1' },
    { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'Yes, a long answer.' },
  );
  provider.say(Buffer.alloc(480_000));
  await call.until(() => call.audioBytes === 480_000, 'the audio');
  await gateway.post(`/v1/sessions/${call.session.sessionId}/end`, '');
  await expectEnd(call, 'ended_by_api', 1000);
  expect(call.trace).toEqual([
    'ready',
    'partial user u1',
    'partial assistant a1',
    'speech assistant started a1',
    'audio',
    'final user u1',
    'speech assistant stopped a1',
    'final assistant a1',
    'end ended_by_api',
  ]);
  expect(call.all('transcript', { final: true })).toMatchObject([
    { role: 'user', text: 'Is anyone' },
    { role: 'assistant', interrupted: true },
  ]);
});
