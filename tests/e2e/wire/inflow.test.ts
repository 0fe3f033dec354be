import { expect, test } from 'vitest';
import { startMirrorCall } from '../helpers/mirror-call.ts';
import type { TestGateway } from '../helpers/start-gateway.ts';

/** Lets time pass, a little at a time as pauses do, until `isThere`. */
async function waitOut(gateway: TestGateway, isThere: () => boolean, stepMs = 200): Promise<void> {
  for (let step = 0; step < 20_000 && !isThere(); step++) {
    gateway.clock.skip(stepMs);
    // A request has its turn after what the socket brought.
    await gateway.get('/healthz');
  }
}

test('[CF11] 18,000 messages of one sample each at once: all of them arrive, in their order, and the call goes on', async () => {
  const { gateway, call, provider } = await startMirrorCall();
  const samples = Int16Array.from({ length: 18_000 }, (_, index) => index);
  const bytes = Buffer.from(samples.buffer);
  for (let index = 0; index < samples.length; index++) call.sendAudio(bytes.subarray(2 * index, 2 * index + 2));
  call.send({ t: 'ping', id: 1 });
  await waitOut(gateway, () => call.all('pong').length > 0, 50);
  await provider.until(() => provider.audioBytes === 36_000, 'every sample');
  expect(provider.audio.equals(bytes)).toBe(true);
  expect(call.closed).toBeUndefined();
});

test('[CF11] [CF12] two minutes of audio at once: all of it arrives, and TOO_FAST says once why it comes late', async () => {
  const { gateway, call, provider } = await startMirrorCall();
  for (let second = 0; second < 120; second++) call.sendAudio(Buffer.alloc(48_000, second));
  call.send({ t: 'ping', id: 1 });
  await waitOut(gateway, () => call.all('pong').length > 0);
  await provider.until(() => provider.audioBytes === 120 * 48_000, 'every second');
  expect(call.trace).toEqual(['ready', 'error TOO_FAST', 'pong']);
  expect(call.all('error')[0]).not.toHaveProperty('fatal');
});

test('[CF11] [BI3] a thousand interrupts at once: each has its answer, as fast as the rate allows', async () => {
  const { gateway, call } = await startMirrorCall();
  for (let count = 0; count < 1000; count++) call.send({ t: 'interrupt' });
  await waitOut(gateway, () => call.all('interruption').length === 1000);
  expect(call.all('interruption')).toHaveLength(1000);
  expect(call.closed).toBeUndefined();
});

test('[CF10] a text that is too long is refused with the limit, and a shorter one is taken', async () => {
  const { call, provider } = await startMirrorCall();
  call.send({ t: 'text', text: 'x'.repeat(65_537) });
  expect(await call.frame('error')).toEqual({
    t: 'error',
    code: 'BAD_FRAME',
    message: '"text" holds 65537 bytes and at most 65536 are taken. Send it in parts, or a summary.',
  });
  call.send({ t: 'text', text: 'x'.repeat(65_536) });
  expect(await provider.command('text-append')).toMatchObject({ text: 'x'.repeat(65_536) });
});

test('[CF10] [TL2] a result of 900 kB reaches the provider whole', async () => {
  const tools = [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }];
  const { call, provider } = await startMirrorCall({ tools });
  provider.send(
    { type: 'response-start', responseId: 'r1' },
    { type: 'tool-call', responseId: 'r1', callId: 'c1', name: 'read', arguments: '{}' },
  );
  await call.frame('tool_call');
  call.send({ t: 'tool_result', callId: 'c1', output: 'x'.repeat(900_000) });
  expect(await provider.command('tool-result')).toMatchObject({ output: 'x'.repeat(900_000) });
  await call.sync();
  expect(call.all('error')).toEqual([]);
});

test('[HS9] [CF11] a file is not dropped for a provider that takes it slowly: it waits, and arrives whole', async () => {
  const settings = { audioBurstMs: 3_600_000, upstreamBufferBytes: 65_536 };
  const { gateway, call, provider } = await startMirrorCall({}, settings);
  provider.socket.pause();
  for (let second = 0; second < 240; second++) call.sendAudio(Buffer.alloc(48_000, second));
  call.send({ t: 'ping', id: 1 });
  for (let step = 0; step < 20; step++) {
    gateway.clock.skip(100);
    await gateway.get('/healthz');
  }
  expect(call.trace).toEqual(['ready']);
  provider.socket.resume();
  await waitOut(gateway, () => call.all('pong').length > 0, 100);
  await provider.until(() => provider.audioBytes === 240 * 48_000, 'all of it');
  expect(call.all('error').filter(({ code }) => code !== 'TOO_FAST')).toEqual([]);
});
