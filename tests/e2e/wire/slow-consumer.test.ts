import { createHash } from 'node:crypto';
import { Changes } from '@speko/tests-behaviour';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { VendorConnection } from '../helpers/mirror-vendor.ts';
import { Random } from '../helpers/random.ts';
import { startGateway } from '../helpers/start-gateway.ts';

const BLOCK_BYTES = 96_000;

/** Sees the gateway stop and go on reading from its provider, which it dials with the same library. */
function watchReading(): { readonly steps: string[]; until(step: string): Promise<true> } {
  const steps: string[] = [];
  const changes = new Changes();
  const isProvider = (socket: WebSocket): boolean => socket.url !== undefined && !socket.url.includes('/v1/realtime/');
  for (const [method, step] of [
    ['pause', 'paused'],
    ['resume', 'resumed'],
  ] as const) {
    const original = WebSocket.prototype[method];
    vi.spyOn(WebSocket.prototype, method).mockImplementation(function (this: WebSocket) {
      if (isProvider(this)) steps.push(step);
      changes.notify();
      original.call(this);
    });
  }
  return { steps, until: (step) => changes.until(() => steps.includes(step), `the provider to be ${step}`) };
}

/** The provider talks as fast as the connection takes it, until told to stop. Returns a hash of what it said. */
function talk(provider: VendorConnection, until: Promise<unknown>): Promise<{ hash: string; bytes: number }> {
  const block = new Random(7).bytes(BLOCK_BYTES);
  const hash = createHash('sha256');
  let bytes = 0;
  let stopped = false;
  void until.then(() => (stopped = true));
  provider.send({ type: 'response-start', responseId: 'r1' });
  return new Promise((resolve) => {
    const next = (): void => {
      if (stopped || provider.socket.readyState !== provider.socket.OPEN)
        return resolve({ hash: hash.digest('hex'), bytes });
      block.writeUInt32LE(bytes >>> 0);
      hash.update(block);
      bytes += BLOCK_BYTES;
      provider.say(block);
      // Sending a ping waits for its turn on the socket.
      provider.socket.ping(undefined, undefined, () => setImmediate(next));
    };
    next();
  });
}

test('[EN6] the provider is no longer read while a client does not read, and goes on when it has caught up: nothing is lost', async () => {
  const reading = watchReading();
  const gateway = await startGateway({ highWaterBytes: 262_144, congestionTimeoutMs: 600_000 });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  call.socket.pause();
  const said = talk(provider, reading.until('paused'));
  await reading.until('paused');
  call.socket.resume();
  const { hash, bytes } = await said;
  await reading.until('resumed');
  await call.until(() => call.audioBytes === bytes, 'all audio');
  expect(createHash('sha256').update(call.audio).digest('hex')).toBe(hash);
  expect(reading.steps.slice(0, 2)).toEqual(['paused', 'resumed']);
  await call.sync();
});

test('[EN6] [EN1] a client that does not catch up ends with 4429 slow_consumer; what waited for it was bounded', async () => {
  const reading = watchReading();
  const gateway = await startGateway({ highWaterBytes: 262_144, congestionTimeoutMs: 5000 });
  const bystander = await gateway.call({ provider: 'echo', model: 'echo' });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  call.socket.pause();
  const ended = gateway.logged('"reason":"slow_consumer"');
  const said = talk(provider, ended);
  await reading.until('paused');
  expect(gateway.server.sessionCount).toBe(2);
  gateway.clock.skip(5000);
  await ended;
  const record = await gateway.record(call.session.sessionId);
  expect(record).toMatchObject({ status: 'ended', endReason: 'slow_consumer' });
  // Reading goes on once the session is over, for the provider's answer to the close.
  expect(reading.steps).toEqual(['paused', 'resumed']);
  call.socket.resume();
  expect(await call.end()).toEqual({ code: 4429, reason: 'slow_consumer' });
  expect(call.messages.at(-1)).toMatchObject({ text: '{"t":"end","reason":"slow_consumer"}' });
  provider.socket.terminate();
  await said;
  await bystander.sync();
});

test('[EN6] of what a client causes at most 256 answers wait for it: then it is not read, and given up if it takes none', async () => {
  const gateway = await startGateway({
    messagesPerSecond: 1_000_000,
    messageBurst: 10_000_000,
    framesPerSecond: 1_000_000,
    frameBurst: 10_000_000,
    frameBytesPerSecond: 1_073_741_824,
    frameBurstBytes: 1_073_741_824,
    congestionTimeoutMs: 5000,
  });
  const call = await gateway.call({ provider: 'echo', model: 'echo' });
  await call.frame('ready');
  call.socket.pause();
  const ended = gateway.logged('"reason":"slow_consumer"');
  let over = false;
  void ended.then(() => (over = true));
  // Its answer is long: the system's own buffers are soon full.
  const unasked = { t: 'tool_result', callId: 'x'.repeat(64), output: '' };
  const flood = (): void => {
    if (over) return;
    for (let count = 0; count < 2000; count++) call.send(unasked);
    call.socket.ping(undefined, undefined, () => {
      gateway.clock.skip(200);
      setImmediate(flood);
    });
  };
  flood();
  const timer = setInterval(() => gateway.clock.skip(200), 20);
  await ended;
  clearInterval(timer);
  expect(await gateway.record(call.session.sessionId)).toMatchObject({ endReason: 'slow_consumer' });
  call.socket.resume();
  expect(await call.end()).toEqual({ code: 4429, reason: 'slow_consumer' });
});
