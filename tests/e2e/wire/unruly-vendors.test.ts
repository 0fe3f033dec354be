// Vendors that announce ends without end, flood, or quote what they were told: what that costs the gateway, in counts.
import type { SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { MIRROR_SECRET } from '../helpers/mirror-adapter.ts';
import type { PlainCall } from '../helpers/plain-client.ts';
import { startGateway, type TestGateway } from '../helpers/start-gateway.ts';

/** Lets time pass in steps, in which everybody does what is due; each new connection of the vendor is told `first`. */
async function pass(
  seconds: number,
  gateway: TestGateway,
  call: PlainCall,
  first: () => SessionEvent[],
): Promise<void> {
  let greeted = 0;
  for (let second = 0; second < seconds; second++) {
    for (; greeted < gateway.vendor.connections.length; greeted++) {
      const connection = gateway.vendor.connections[greeted];
      await connection?.command('hello');
      connection?.send(...first());
    }
    // There and back between all three of them, for whatever that second brings.
    for (let round = 0; round < 3; round++) await call.sync();
    gateway.clock.skip(1000);
    for (let round = 0; round < 3; round++) await call.sync();
  }
}

test.each([0, 60_000, 1e300])(
  '[EN9] a vendor that asks to leave on every connection, with %d ms left, moves the call a few times',
  async (timeLeftMs) => {
    const gateway = await startGateway({ idleTimeoutMs: 0 });
    const call = await gateway.call();
    await call.frame('ready');
    await pass(200, gateway, call, () => [{ type: 'go-away', timeLeftMs }]);
    // Left after 0, 1, 5, 20 and 60 s of their lives, and from the beginning again.
    expect(gateway.vendor.attempts).toBeGreaterThan(4);
    expect(gateway.vendor.attempts).toBeLessThanOrEqual(15);
    expect(call.all('error')).toEqual([]);
    await call.sync();
  },
);

test.each([
  ['0', () => 0],
  ['in the past', (nowMs: number) => nowMs - 1000],
  ['in half a minute', (nowMs: number) => nowMs + 30_000],
  ['in milliseconds instead of seconds', (nowMs: number) => (nowMs + 1_800_000) * 1000],
  ['in centuries', () => 99_999_999_999_000],
])('[EN9] [EN10] an end of the connection that is %s moves no call, and is logged once', async (_when, expiresAt) => {
  const gateway = await startGateway({ idleTimeoutMs: 0, manners: { ready: false } });
  const call = await gateway.call();
  await pass(60, gateway, call, () => [
    { type: 'session-ready', ignored: [], expiresAtMs: expiresAt(gateway.clock.epochMs()) },
  ]);
  expect(gateway.vendor.attempts).toBe(1);
  expect(gateway.logLines.filter((line) => line.includes('an end of its connection that cannot be true'))).toHaveLength(
    1,
  );
  expect(call.all('ready')).toHaveLength(1);
  expect(call.all('error')).toEqual([]);
});

test('[EN9] [EN5] a vendor that gives one answer on each connection and dies ends the call, with the reason', async () => {
  const gateway = await startGateway({ idleTimeoutMs: 0 });
  const call = await gateway.call();
  await call.frame('ready');
  const dying: SessionEvent[] = [
    { type: 'response-start', responseId: 'r1' },
    { type: 'response-end', responseId: 'r1', status: 'completed' },
    { type: 'provider-error', code: 'CONNECTION_LOST', message: 'Gone.', fatal: true, retryable: true },
  ];
  for (let index = 0; index <= 30; index++) {
    const connection = await gateway.vendor.connection(index);
    await connection.command('hello');
    connection.send(...dying);
    await connection.until(() => connection.closed, 'the gateway to hang up');
    gateway.clock.skip(5000);
  }
  expect(await call.end()).toEqual({ code: 1011, reason: 'provider_error' });
  expect(gateway.vendor.attempts).toBe(31);
  expect(await call.frame('error')).toMatchObject({
    code: 'PROVIDER_UNAVAILABLE',
    message:
      'Mirror: Its connection was replaced 30 times within an hour, the most a call may take, and broke again: Gone. ' +
      'Start a new session to go on.',
    fatal: true,
  });
});

test('[EN11] a vendor that floods before its client is there is not read, and is ready when it comes', async () => {
  const gateway = await startGateway({ predialHoldMs: 600_000 });
  const minted = await gateway.mint();
  const vendor = await gateway.vendor.connection();
  await vendor.command('hello');
  vendor.send({ type: 'response-start', responseId: 'r1' });
  const floodBytes = 10_000 * 4096;
  for (let count = 0; count < 10_000; count++) vendor.say(new Uint8Array(4096));
  const bystander = await gateway.call({ provider: 'echo', model: 'echo' });
  await bystander.frame('ready');
  for (let round = 0; round < 100; round++) await bystander.sync();
  // The network holds some of it, the gateway next to nothing.
  expect(vendor.socket.bufferedAmount).toBeGreaterThan(floodBytes / 2);
  const call = await gateway.connect(minted);
  await call.frame('ready');
  await call.until(() => call.audioBytes >= floodBytes, 'everything that was said');
  expect(gateway.vendor.attempts).toBe(1);
});

test('[LM1] [ER6] what a vendor quotes of the prompt is in no log, no record and no frame', async () => {
  const systemPrompt = 'You sell boats.\nNever say that the "Marlin" has been called back three times.';
  const gateway = await startGateway();
  const call = await gateway.call({ systemPrompt });
  await call.frame('ready');
  const vendor = await gateway.vendor.connection();
  const message = `Invalid session.instructions: ${JSON.stringify(systemPrompt)} (${MIRROR_SECRET})`;
  vendor.send({ type: 'provider-error', code: 'INVALID_REQUEST', message, fatal: true, retryable: false });
  const shown = 'Mirror: Invalid session.instructions: "[redacted]." ([redacted]). Start a new session to go on.';
  await call.end();
  expect(await call.frame('error')).toMatchObject({ message: shown });
  const record = await gateway.record(call.session.sessionId);
  expect(record.lastError?.message).toBe(shown);
  expect(gateway.logLines.filter((line) => line.includes('Marlin') || line.includes('sell boats'))).toEqual([]);
});
