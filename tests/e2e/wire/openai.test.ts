import type { HostConnection, SimulatorHost } from '@speko/simulator-kit/host';
// Calls through the OpenAI adapter to the simulated service: what crosses both sockets.
import type { OpenAISimulatorOptions } from '@speko/simulators/openai';
import { describe, expect, test } from 'vitest';
import { openAIEntry, OPENAI_KEY, startOpenAISimulator } from '../helpers/openai-entry.ts';
import type { PlainCall } from '../helpers/plain-client.ts';
import { chunksOf, speech } from '../helpers/speech.ts';
import { startGateway, type TestGateway } from '../helpers/start-gateway.ts';

const EXTENSION = 'speko.realtime.v1';

interface Stage {
  readonly gateway: TestGateway;
  readonly host: SimulatorHost;
}

async function setUp(options: OpenAISimulatorOptions = {}, apiKey = OPENAI_KEY): Promise<Stage> {
  const host = await startOpenAISimulator({ responseDelayMs: 5, transcriptionDelaysMs: [5], ...options });
  const gateway = await startGateway({ adapters: [openAIEntry(host.url, apiKey)], secrets: [apiKey] });
  return { gateway, host };
}

async function startCall(
  { gateway, host }: Stage,
  s2s: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
) {
  const minted = await gateway.mint({ provider: 'openai', model: 'gpt-realtime-2.1', ...s2s }, more);
  const call = await gateway.connect(minted, { protocols: [minted.wsToken, EXTENSION] });
  return { call, minted, vendor: await host.nextConnection() };
}

/** What the vendor got, as events. */
function received(vendor: HostConnection, type: string): Record<string, unknown>[] {
  return vendor.receivedFrames
    .map(({ frame }) => JSON.parse(String(frame)) as Record<string, unknown>)
    .filter((event) => event['type'] === type);
}

function sendSpeech(call: PlainCall, ms: number, silenceMs = 0): void {
  for (const chunk of chunksOf(speech({ ms, silenceMs }))) call.sendAudio(chunk);
}

test("[SF5] [TR2] [TR3] [US1] [SR1] [SR5] a spoken turn with the vendor's own detection, in frames, record and transcript", async () => {
  const stage = await setUp({ audioSpeed: 50, transcriptionDelaysMs: [400] });
  const { call, minted, vendor } = await startCall(stage, { voice: 'marin' });
  await call.frame('ready');
  sendSpeech(call, 1600, 900);
  const question = await call.frame('transcript', { role: 'user', final: true });
  const started = await call.frame('speech', { role: 'user', state: 'started' });
  await call.frame('speech', { role: 'user', state: 'stopped' });
  expect(question['turn']).toBe(started['turn']);
  const usage = await call.frame('usage');
  expect(Number(usage['inputAudioTokens'])).toBeGreaterThan(0);
  expect(Number(usage['outputAudioTokens'])).toBeGreaterThan(0);
  const { turn } = await call.frame('speech', { role: 'assistant', state: 'stopped' });
  call.send({ t: 'playback', turn, playedMs: 600_000 });
  const answer = await call.frame('transcript', { role: 'assistant', final: true });
  expect(String(answer['text'])).toMatch(/^simulated: \d\.\d s of speech$/);
  expect(answer).not.toHaveProperty('interrupted');
  // The transcription came after the reply it prompted; the time of speaking restores the order.
  expect(Number(question['startMs'])).toBeLessThan(Number(answer['startMs']));
  expect(received(vendor, 'session.update')).toHaveLength(1);
  call.socket.close(1000);
  const record = await stage.gateway.record(minted.sessionId);
  expect(call.all('usage')).toHaveLength(1);
  expect(record).toMatchObject({
    provider: 'openai',
    model: 'gpt-realtime-2.1',
    voice: 'marin',
    endReason: 'client_closed',
    usage: { responses: 1, outputAudioTokens: usage['outputAudioTokens'] },
    audio: { inputMs: 2500, outputMs: Math.round(call.audioBytes / 48) },
    timeToFirstAudio: { count: 1 },
    lastError: null,
  });
  // Transcribing the question is billed apart: it counts, and is no response.
  expect(record.usage['inputAudioTokens']).toBeGreaterThan(Number(usage['inputAudioTokens']));
  expect(record.timeToFirstAudio.medianMs).toBeGreaterThan(0);
  const { body } = await stage.gateway.get<{ entries: Record<string, unknown>[] }>(
    `/v1/sessions/${minted.sessionId}/transcript`,
  );
  expect(body.entries.map(({ role, text, interrupted }) => [role, text, interrupted])).toEqual([
    ['user', question['text'], false],
    ['assistant', answer['text'], false],
  ]);
});

describe('interruption', () => {
  const story = {
    reply: () => ({
      text: 'one two three four five six seven eight nine ten',
      audio: new Int16Array(24_000 * 10).fill(900),
    }),
  };

  test('[BI3] [BI4] [BI5] [BI6] an interrupt with playedMs cancels and truncates at the vendor, at just that point', async () => {
    const { call, vendor } = await startCall(await setUp({ ...story, audioSpeed: 2 }));
    await call.frame('ready');
    call.send({ t: 'text', text: 'Tell me a story.' });
    await call.until(() => call.audioBytes > 48_000, 'a second of the story');
    call.send({ t: 'interrupt', playedMs: 700 });
    const marker = await call.frame('interruption');
    expect(marker).toEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
    const audioAtMarker = call.audioBytes;
    await call.until(() => received(vendor, 'conversation.item.truncate').length === 1, 'the truncation');
    expect(received(vendor, 'response.cancel')).toHaveLength(1);
    expect(received(vendor, 'conversation.item.truncate')[0]).toMatchObject({ content_index: 0, audio_end_ms: 700 });
    await call.frame('usage');
    await call.sync();
    expect(call.audioBytes).toBe(audioAtMarker);
    expect(call.all('error')).toEqual([]);
    expect(await call.frame('transcript', { role: 'assistant', final: true })).toMatchObject({ interrupted: true });
  });

  test('[BI1] [BI6] [BI7] speech cuts what was generated long ago and still plays; the playback report is what the vendor learns', async () => {
    const { call, vendor } = await startCall(await setUp({ ...story, audioSpeed: 100 }));
    await call.frame('ready');
    call.send({ t: 'text', text: 'Tell me a story.' });
    // All of it is here, and the vendor is done with it.
    await call.frame('speech', { role: 'assistant', state: 'stopped' });
    expect(call.audioBytes).toBe(480_000);
    sendSpeech(call, 600);
    expect(await call.frame('interruption')).toMatchObject({ turn: 'a1' });
    call.send({ t: 'playback', turn: 'a1', playedMs: 3210 });
    await call.until(() => received(vendor, 'conversation.item.truncate').length === 1, 'the truncation');
    expect(received(vendor, 'conversation.item.truncate')[0]).toMatchObject({ audio_end_ms: 3210 });
    expect(received(vendor, 'response.cancel')).toEqual([]);
    const final = await call.frame('transcript', { role: 'assistant', final: true });
    expect(final).toMatchObject({ text: 'one two three', interrupted: true });
    expect(call.all('error')).toEqual([]);
  });

  test('[BI1] [BI2] speech while the vendor still generates cuts it, and late deltas are not delivered', async () => {
    const { call, vendor } = await startCall(await setUp({ ...story, audioSpeed: 2, deltasAfterCancel: 5 }));
    await call.frame('ready');
    call.send({ t: 'text', text: 'Tell me a story.' });
    await call.until(() => call.audioBytes > 24_000, 'the beginning');
    sendSpeech(call, 600);
    await call.frame('interruption', { turn: 'a1' });
    const audioAtMarker = call.audioBytes;
    await call.until(() => call.all('usage').some((usage) => usage['outputAudioTokens'] !== 0), 'the end of the story');
    await call.until(() => received(vendor, 'conversation.item.truncate').length === 1, 'the truncation');
    expect(call.audioBytes).toBe(audioAtMarker);
    expect(call.all('error')).toEqual([]);
  });
});

test('[TL1] [TL4] two calls of one response are answered before the model goes on', async () => {
  const tools = ['first', 'second'].map((name) => ({ name, description: name, parameters: { type: 'object' } }));
  const { call } = await startCall(
    await setUp({
      reply: ({ toolResults }) =>
        toolResults.length > 0
          ? { text: `got ${toolResults.map(({ output }) => output).join(' and ')}` }
          : { tools: tools.map(({ name }) => ({ name, arguments: {} })) },
    }),
    { tools },
  );
  await call.frame('ready');
  call.send({ t: 'text', text: 'Do both.' });
  const calls = await call.until(() => call.all('tool_call').length === 2 && call.all('tool_call'), 'both calls');
  call.send({ t: 'tool_result', callId: calls[1]?.['callId'], output: 'two' });
  await call.sync();
  expect(call.all('transcript', { role: 'assistant' })).toEqual([]);
  call.send({ t: 'tool_result', callId: calls[0]?.['callId'], output: 'one' });
  await call.until(
    () => /^got (one and two|two and one)/.test(String(call.all('transcript', { role: 'assistant' }).at(-1)?.['text'])),
    'the answer',
  );
});

test('[RS11] [SF3] firstMessage opens the call; a temperature is ignored and says so', async () => {
  const { call } = await startCall(await setUp(), { temperature: 1 }, { firstMessage: 'Good morning!' });
  expect((await call.frame('ready'))['ignored']).toEqual(['s2s.temperature']);
  await call.until(
    () => call.all('transcript', { role: 'assistant' }).at(-1)?.['text'] === 'Good morning!',
    'the first message',
  );
  expect(call.audioBytes).toBeGreaterThan(0);
});

describe('[ER5] a service that refuses the session', () => {
  test.each([
    ['a wrong key', 'sk-invalid-0123456789abcdef', 'Incorrect API key', "Check the provider's API key"],
    [
      'no credit',
      'sk-no-credit-0123456789abcd',
      'The credit balance is exhausted',
      'Add credit to the provider account',
    ],
    ['HTTP 503', 'sk-http-503-0123456789abcdef', 'HTTP 503', 'try again later'],
    ['HTTP 429', 'sk-http-429-0123456789abcdef', 'HTTP 429', 'Wait a moment'],
  ])('for %s: its words, and what to do', async (_title, key, words, advice) => {
    const { gateway } = await setUp({}, key);
    const call = await gateway.call({ provider: 'openai', model: 'gpt-realtime-2.1' });
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_connect_failed' });
    const { code, message, fatal } = await call.frame('error');
    expect([code, fatal]).toEqual(['S2S_PROVIDER_CONNECT_FAILED', true]);
    expect(message).toContain(words);
    expect(message).toContain(advice);
    expect(message).not.toContain(key);
  });

  test('for a model that does not exist', async () => {
    const { gateway } = await setUp();
    const call = await gateway.call({ provider: 'openai', model: 'unknown-model' });
    expect((await call.end()).reason).toBe('provider_connect_failed');
    expect((await call.frame('error'))['message']).toContain("The model 'unknown-model' does not exist");
  });
});

describe('[EN5] [ER7] a service that fails in the middle of a call', () => {
  test.each(['drop', 'close-1011'])('%s: the connection is replaced, and the call goes on', async (fault) => {
    const stage = await setUp();
    const { call } = await startCall(stage, { model: `gpt-fault-${fault}` });
    await call.frame('ready');
    call.send({ t: 'text', text: 'Hello' });
    await stage.host.nextConnection();
    await call.frame('transcript', { role: 'assistant', final: true });
    await call.sync();
    expect(call.all('error')).toEqual([]);
  });

  test('drop at every answer: after four attempts the session ends with provider_error', async () => {
    const stage = await setUp();
    const { call } = await startCall(stage, { model: 'gpt-fault-drop' });
    await call.frame('ready');
    for (let attempt = 0; attempt < 4; attempt++) {
      call.send({ t: 'text', text: 'Hello' });
      await stage.host.nextConnection();
    }
    call.send({ t: 'text', text: 'Hello' });
    expect(await call.end()).toEqual({ code: 1011, reason: 'provider_error' });
    expect(await call.frame('error')).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', fatal: true });
    expect(call.trace.at(-1)).toBe('end provider_error');
  });

  test('stall: a service that leaves pings unanswered is dialled again, and the call goes on', async () => {
    const stage = await setUp();
    const { call, vendor } = await startCall(stage);
    await call.frame('ready');
    vendor.stall();
    stage.gateway.clock.skip(15_000);
    stage.gateway.clock.skip(15_000);
    await call.sync();
    stage.gateway.clock.skip(15_000);
    await stage.host.nextConnection();
    call.send({ t: 'text', text: 'Hello' });
    await call.frame('speech', { role: 'assistant', state: 'stopped' });
    expect(call.all('error')).toEqual([]);
  });

  test.each([
    ['rate-limit', 'PROVIDER_RATE_LIMITED'],
    ['no-credit', 'PROVIDER_RATE_LIMITED'],
  ])('%s: %s', async (fault, code) => {
    const { call } = await startCall(await setUp(), { model: `gpt-fault-${fault}` });
    await call.frame('ready');
    call.send({ t: 'text', text: 'Hello' });
    const error = await call.frame('error');
    expect(error['code']).toBe(code);
    if (error['fatal'] === true) await call.end();
    else await call.sync();
  });
});

test('[TR2] a turn that cannot be transcribed costs its text and nothing else', async () => {
  const { call } = await startCall(await setUp(), { model: 'gpt-fault-transcription-failed', turnDetection: 'manual' });
  await call.frame('ready');
  sendSpeech(call, 500);
  call.send({ t: 'control', action: 'commit' });
  await call.frame('speech', { role: 'assistant', state: 'stopped' });
  expect(call.all('error')).toEqual([]);
});
