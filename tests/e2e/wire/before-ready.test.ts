import { describe, expect, test } from 'vitest';
import { MIRROR_SECRET } from '../helpers/mirror-adapter.ts';
import type { Minted } from '../helpers/plain-client.ts';
import { startGateway } from '../helpers/start-gateway.ts';

/** 100 ms at 24 kHz. */
const CHUNK_BYTES = 4800;

/** A chunk that can be told from every other by its first sample. */
function chunk(index: number, byteLength = CHUNK_BYTES): Buffer {
  const pcm = Buffer.alloc(byteLength);
  pcm.writeUInt16LE(index);
  return pcm;
}

test('[HS8] [SF2] [SF3] ready comes once, when the provider is configured, with rates, capabilities and what is ignored', async () => {
  const gateway = await startGateway({
    manners: { ready: false },
    mirror: { capabilities: { truncate: false, reasons: { truncate: 'Mirrors forget nothing.' } } },
  });
  const call = await gateway.call({ inputSampleRate: 16_000, temperature: 0.5 });
  const provider = await gateway.vendor.connection();
  await provider.command('hello');
  await call.sync();
  expect(call.trace).toEqual(['pong']);
  provider.ready({ model: 'mirror-1-2026', ignored: ['s2s.temperature'] });
  expect(await call.frame('ready')).toEqual({
    t: 'ready',
    inputSampleRate: 16_000,
    outputSampleRate: 24_000,
    provider: 'mirror',
    model: 'mirror-1-2026',
    capabilities: expect.objectContaining({ truncate: false, tools: true, interrupt: true }),
    ignored: ['s2s.temperature'],
  });
  const { capabilities } = (await call.frame('ready')) as unknown as { capabilities: Record<string, unknown> };
  expect(new Set(Object.values(capabilities).map((flag) => typeof flag))).toEqual(new Set(['boolean']));
  await call.sync();
  expect(call.all('ready')).toHaveLength(1);
});

test('[RS25] [SF3] what means nothing is told to the back end at mint, and to the client by ready', async () => {
  const gateway = await startGateway({
    manners: { ready: false },
    mirror: { capabilities: { temperature: false, reasons: { temperature: 'Mirrors are cold.' } } },
  });
  const answer = await gateway.post<Minted & { ignored: string[] }>('/v1/sessions', {
    s2s: { provider: 'mirror', model: 'mirror-1', temperature: 0.5 },
    agentId: 'agt_1',
    transport: 'webrtc',
  });
  expect([answer.status, answer.body.ignored]).toEqual([201, ['agentId', 'transport', 's2s.temperature']]);
  const call = await gateway.connect(answer.body);
  (await gateway.vendor.connection()).ready({ model: 'mirror-1', ignored: ['s2s.temperature', 's2s.voice'] });
  expect(await call.frame('ready')).toMatchObject({
    ignored: ['agentId', 'transport', 's2s.temperature', 's2s.voice'],
  });
});

test('[HS8] [HS9] [BI3] [CF8] before ready only errors and pongs come; an interrupt is answered in its turn, after ready', async () => {
  const gateway = await startGateway({ manners: { ready: false } });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await provider.command('hello');
  call.send({ t: 'interrupt' });
  call.send('{"t":"unknown"}');
  call.sendAudio(Buffer.alloc(5));
  await call.sync();
  expect(call.trace).toEqual(['error BAD_FRAME', 'error BAD_AUDIO', 'pong']);
  provider.ready();
  await call.frame('interruption');
  expect(call.trace).toEqual(['error BAD_FRAME', 'error BAD_AUDIO', 'pong', 'ready', 'interruption -']);
});

test('[HS9] [BI3] an answer asked for before ready and interrupted before ready is cancelled when it begins', async () => {
  const gateway = await startGateway({ manners: { ready: false } });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await provider.command('hello');
  call.send({ t: 'text', text: 'Never mind.' });
  call.send({ t: 'interrupt' });
  provider.ready();
  await call.frame('interruption');
  provider.send({ type: 'response-start', responseId: 'r1' });
  await provider.command('response-cancel');
});

test('[HS9] what is sent before ready reaches the provider in order, audio and frames', async () => {
  const gateway = await startGateway({ manners: { ready: false } });
  const call = await gateway.call({ turnDetection: 'manual' });
  const provider = await gateway.vendor.connection();
  call.sendAudio(chunk(1));
  call.send({ t: 'control', action: 'commit' });
  call.sendAudio(chunk(2));
  call.sendAudio(chunk(3));
  call.send({ t: 'text', text: 'typed early' });
  call.sendAudio(chunk(4));
  call.send({ t: 'control', action: 'end_turn' });
  await call.sync();
  expect(provider.order).toEqual(['hello']);
  provider.ready();
  await provider.until(() => provider.commands.length === 4, 'all commands');
  expect(provider.order).toEqual(['hello', 'audio', 'audio-commit', 'audio', 'text-append', 'audio', 'audio-commit']);
  expect(provider.audio).toEqual(Buffer.concat([chunk(1), chunk(2), chunk(3), chunk(4)]));
  await call.frame('transcript', { role: 'user', text: 'typed early' });
  expect(call.trace).toEqual(['pong', 'ready', 'final user u1']);
});

test('[HS9] of a microphone, what is older than the audio that is kept is dropped, and AUDIO_OVERFLOW says so once', async () => {
  const gateway = await startGateway({ manners: { ready: false }, readyBufferMs: 1000 });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  const speak = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index++) {
      gateway.clock.skip(100);
      call.sendAudio(chunk(index));
      await call.sync();
    }
  };
  await speak(0, 10);
  expect(call.all('error')).toEqual([]);
  await speak(10, 13);
  expect(call.all('error')).toEqual([
    {
      t: 'error',
      code: 'AUDIO_OVERFLOW',
      message: 'The provider is not ready yet: only the last 1000 ms of audio are kept for it.',
    },
  ]);
  provider.ready();
  await provider.until(() => provider.audioBytes === 10 * CHUNK_BYTES, 'a second of audio');
  expect(provider.audio).toEqual(Buffer.concat(Array.from({ length: 10 }, (_, index) => chunk(index + 3))));
});

test('[HS9] [CF11] audio that comes faster than real time waits for ready at the client: 40 s at once arrive whole', async () => {
  const gateway = await startGateway({ manners: { ready: false } });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await provider.command('hello');
  for (let index = 0; index < 400; index++) call.sendAudio(chunk(index));
  call.send({ t: 'ping', id: 1 });
  // The client is not read to the end of it, as the pong that does not come shows, nor anything dropped.
  gateway.clock.skip(2000);
  await gateway.get('/healthz');
  expect(call.trace).toEqual([]);
  provider.ready();
  gateway.clock.skip(1000);
  await call.frame('pong', { id: 1 });
  await provider.until(() => provider.audioBytes === 400 * CHUNK_BYTES, 'all of it');
  expect(provider.audio).toEqual(Buffer.concat(Array.from({ length: 400 }, (_, index) => chunk(index))));
  expect(call.trace).toEqual(['ready', 'pong']);
});

test('[HS9] one message that is longer than what is kept arrives whole', async () => {
  const gateway = await startGateway({ manners: { ready: false } });
  const call = await gateway.call();
  const provider = await gateway.vendor.connection();
  await provider.command('hello');
  call.sendAudio(Buffer.alloc(960_000, 7));
  await gateway.get('/healthz');
  provider.ready();
  await provider.until(() => provider.audioBytes === 960_000, 'all of it');
  expect(call.all('error')).toEqual([]);
});

describe('the provider is dialled at mint', () => {
  test('[LM2] its connection is there before the client connects, and ready comes at once', async () => {
    const gateway = await startGateway();
    const minted = await gateway.mint({ systemPrompt: 'Be brief.' });
    const provider = await gateway.vendor.connection();
    expect(provider.headers['authorization']).toBe(`Bearer ${MIRROR_SECRET}`);
    expect(await provider.command('hello')).toMatchObject({ model: 'mirror-1', systemPrompt: 'Be brief.' });
    const call = await gateway.connect(minted);
    await call.frame('ready');
    expect(gateway.vendor.attempts).toBe(1);
  });

  test('[LM2] events of an early connection are kept for the client', async () => {
    const gateway = await startGateway();
    const minted = await gateway.mint({}, { firstMessage: 'Welcome.' });
    const provider = await gateway.vendor.connection();
    expect(await provider.command('hello')).toMatchObject({ firstMessage: 'Welcome.' });
    provider.send(
      { type: 'response-start', responseId: 'r1' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'Welcome.' },
    );
    provider.say(Buffer.alloc(960, 7));
    await provider.sync();
    const call = await gateway.connect(minted);
    await call.until(() => call.audioBytes === 960, 'the first message');
    expect(call.trace).toEqual(['ready', 'partial assistant a1', 'speech assistant started a1', 'audio']);
  });

  test('[LM2] nobody claims it for 10 s: it is closed, and dialled again when the client comes', async () => {
    const gateway = await startGateway();
    const minted = await gateway.mint();
    const first = await gateway.vendor.connection(0);
    await first.command('hello');
    gateway.clock.skip(10_000);
    expect(await first.until(() => first.closed, 'the unclaimed connection to be closed')).toMatchObject({
      code: 1000,
    });
    expect(gateway.vendor.attempts).toBe(1);
    const call = await gateway.connect(minted);
    await gateway.vendor.connection(1);
    await call.frame('ready');
    expect(gateway.vendor.attempts).toBe(2);
  });

  test('[LM2] a session that is ended or expires lets go of it', async () => {
    const gateway = await startGateway({ predialHoldMs: 600_000 });
    const [ended] = [await gateway.mint(), await gateway.mint()];
    const connections = [await gateway.vendor.connection(0), await gateway.vendor.connection(1)];
    for (const connection of connections) await connection.command('hello');
    await gateway.post(`/v1/sessions/${ended.sessionId}/end`, '');
    await gateway.vendor.until(() => connections.some(({ closed }) => closed), 'one connection to be closed');
    gateway.clock.skip(60_000);
    await gateway.vendor.until(() => connections.every(({ closed }) => closed), 'both connections to be closed');
  });

  // Whether the gateway has noticed by the time the client comes is chance, and must make no difference.
  test.each([
    ['long', true],
    ['a moment', false],
  ])(
    '[LM2] one that dies %s before the client comes is dialled again, and nothing is lost',
    async (_when, isNoticed) => {
      const gateway = await startGateway();
      const minted = await gateway.mint({ turnDetection: 'manual' });
      const first = await gateway.vendor.connection(0);
      await first.sync();
      const hungUp = first.hangUp();
      if (isNoticed) await gateway.vendor.connection(1);
      const call = await gateway.connect(minted);
      call.sendAudio(chunk(1));
      call.send({ t: 'control', action: 'commit' });
      const second = await gateway.vendor.connection(1);
      await second.command('audio-commit');
      expect(second.audio).toEqual(chunk(1));
      await call.sync();
      expect(call.trace).toEqual(['ready', 'pong']);
      expect(gateway.vendor.attempts).toBe(2);
      await hungUp;
    },
  );

  test('[LM2] [ER5] one that dies unready once the client is there is dialled again, and greets', async () => {
    const gateway = await startGateway({ manners: { ready: false } });
    const minted = await gateway.mint({}, { firstMessage: 'Welcome.' });
    const first = await gateway.vendor.connection(0);
    await first.command('hello');
    const call = await gateway.connect(minted);
    call.sendAudio(chunk(1));
    await call.sync();
    gateway.vendor.manners = {};
    first.socket.terminate();
    const second = await gateway.vendor.connection(1);
    expect(await second.command('hello')).toMatchObject({ firstMessage: 'Welcome.' });
    await second.until(() => second.audioBytes === chunk(1).byteLength, 'the audio');
    expect(call.trace).toEqual(['pong', 'ready']);
  });

  test("[LM2] [ER5] one that was refused for good is not dialled again: the client gets the provider's words", async () => {
    const gateway = await startGateway({ manners: { refuse: { status: 401, body: 'no such account' } } });
    const minted = await gateway.mint();
    await gateway.vendor.until(() => gateway.vendor.refusals === 1, 'the gateway to read the refusal');
    const call = await gateway.connect(minted);
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_connect_failed' });
    expect(call.trace).toEqual(['error S2S_PROVIDER_CONNECT_FAILED', 'end provider_connect_failed']);
    expect((await call.frame('error'))['message']).toContain('no such account');
    expect(gateway.vendor.attempts).toBe(1);
  });

  test('[LM2] with the setting off nothing is dialled before the client is there', async () => {
    const gateway = await startGateway({ predial: false });
    const minted = await gateway.mint();
    await gateway.get('/healthz');
    expect(gateway.vendor.attempts).toBe(0);
    const call = await gateway.connect(minted);
    await call.frame('ready');
    expect(gateway.vendor.attempts).toBe(1);
  });
});
