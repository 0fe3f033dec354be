import { describe, expect, test } from 'vitest';
import type { PlainCall } from '../helpers/plain-client.ts';
import type { VendorConnection } from '../helpers/mirror-vendor.ts';
import { startGateway, type TestGateway } from '../helpers/start-gateway.ts';

const EXTENSION = 'speko.realtime.v1';
const SECOND = 48_000;
const tools = ['look', 'book'].map((name) => ({ name, description: name, parameters: { type: 'object' } }));

/** A call with a mirror vendor on the other end. */
async function startCall(
  s2s: Record<string, unknown> = {},
  options: Parameters<typeof startGateway>[0] = {},
): Promise<{ gateway: TestGateway; call: PlainCall & { session: { sessionId: string } }; provider: VendorConnection }> {
  const gateway = await startGateway(options);
  const call = await gateway.call(s2s);
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  return { gateway, call, provider };
}

/** The provider says something of this length, and stays in the middle of its answer. */
async function say(
  call: PlainCall,
  provider: VendorConnection,
  responseId: string,
  text: string,
  ms: number,
): Promise<void> {
  const before = call.audioBytes;
  provider.send(
    { type: 'response-start', responseId },
    { type: 'transcript-delta', role: 'assistant', turnId: responseId, itemId: 'i1', delta: text },
  );
  provider.say(Buffer.alloc(ms * 48, 1));
  await call.until(() => call.audioBytes === before + ms * 48, `the audio of ${responseId}`);
}

describe('user audio', () => {
  test('[CF1] is taken in any even length, an empty message is ignored', async () => {
    const { call, provider } = await startCall();
    const parts = [2, 0, 960, 4800, 131_072, 6].map((length) => Buffer.alloc(length, length % 251));
    for (const part of parts) call.sendAudio(part);
    await call.sync();
    await provider.until(() => provider.audioBytes >= 136_840, 'the audio');
    expect(provider.audio.equals(Buffer.concat(parts))).toBe(true);
    expect(call.all('error')).toEqual([]);
  });

  test('[CF2] of odd length is dropped with BAD_AUDIO, and the session goes on', async () => {
    const { call, provider } = await startCall();
    call.sendAudio(Buffer.alloc(961, 1));
    call.sendAudio(Buffer.alloc(960, 2));
    await provider.until(() => provider.audioBytes > 0, 'the good audio');
    expect(provider.audio).toEqual(Buffer.alloc(960, 2));
    expect(call.all('error')).toEqual([
      {
        t: 'error',
        code: 'BAD_AUDIO',
        message: '961 bytes are not whole PCM16 samples; send an even number of bytes.',
      },
    ]);
  });
});

test.each([
  ['not json', 'This text message is not JSON. Send one JSON object per text message'],
  ['[{"t":"ping"}]', 'must be one JSON object with a field "t"'],
  ['null', 'must be one JSON object with a field "t"'],
  ['{"action":"commit"}', 'Field "t" must be a string'],
  ['{"t":"commit"}', 'Unknown frame "t":"commit". Send one of control, interrupt'],
  ['{"t":"control","action":"stop"}', 'field "action"'],
  ['{"t":"tool_result","callId":"c1"}', 'field "output"'],
  ['{"t":"tool_result","callId":"c1","output":{}}', 'field "output"'],
  ['{"t":"playback","turn":"a1","playedMs":"1"}', 'field "playedMs"'],
  ['{"t":"interrupt","playedMs":-1}', 'field "playedMs"'],
  ['{"t":"text"}', 'field "text"'],
  ['{"t":"ping"}', 'field "id"'],
])('[CF3] [ER4] %s is BAD_FRAME and says what to send; the session goes on', async (text, words) => {
  const { call } = await startCall();
  call.send(text);
  call.send('{"t":"ping","id":1,"unknown":true}');
  expect(await call.frame('pong')).toEqual({ t: 'pong', id: 1 });
  const errors = call.all('error');
  expect(errors).toEqual([{ t: 'error', code: 'BAD_FRAME', message: expect.stringContaining(words) }]);
});

describe("the end of the user's turn", () => {
  test.each(['commit', 'end_turn'])('[CF4] %s sends it upstream after the audio before it', async (action) => {
    const { call, provider } = await startCall({ turnDetection: 'manual' });
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action });
    await provider.command('audio-commit');
    expect(provider.order).toEqual(['hello', 'audio', 'audio-commit']);
  });

  test('[CF5] a commit with no audio since the last turn does nothing', async () => {
    const { call, provider } = await startCall({ turnDetection: 'manual' });
    call.send({ t: 'control', action: 'commit' });
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action: 'commit' });
    call.send({ t: 'control', action: 'commit' });
    call.send({ t: 'text', text: 'after' });
    await provider.command('text-append');
    expect(provider.order).toEqual(['hello', 'audio', 'audio-commit', 'text-append']);
    expect(call.all('error')).toEqual([]);
  });

  test('[CF6] clear reaches the provider, and a commit right after it does nothing', async () => {
    const { call, provider } = await startCall({ turnDetection: 'manual' });
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action: 'clear' });
    call.send({ t: 'control', action: 'commit' });
    call.send({ t: 'text', text: 'after' });
    await provider.command('text-append');
    expect(provider.order).toEqual(['hello', 'audio', 'audio-clear', 'text-append']);
  });

  test('[CF7] a typed message is a user turn of its own, in the frames and in the record', async () => {
    const { gateway, call, provider } = await startCall();
    call.send({ t: 'text', text: 'Hello, Grüße, 你好' });
    expect(await provider.command('text-append')).toEqual({ type: 'text-append', text: 'Hello, Grüße, 你好' });
    expect(await call.frame('transcript')).toMatchObject({
      role: 'user',
      text: 'Hello, Grüße, 你好',
      final: true,
      turn: 'u1',
    });
    call.socket.close();
    await gateway.record(call.session.sessionId);
    const { body } = await gateway.get<{ entries: unknown[] }>(`/v1/sessions/${call.session.sessionId}/transcript`);
    expect(body.entries).toMatchObject([{ turn: 'u1', role: 'user', text: 'Hello, Grüße, 你好', interrupted: false }]);
  });
});

test('[ER8] what this provider cannot do is UNSUPPORTED with the reason, and the session goes on', async () => {
  const reasons = { text: 'Mirrors cannot read.', clear: 'Mirrors cannot forget.' };
  const { call } = await startCall({}, { mirror: { capabilities: { text: false, clear: false, reasons } } });
  const { capabilities } = await call.frame('ready');
  expect(capabilities).toMatchObject({ text: false, clear: false });
  call.send({ t: 'text', text: 'hello' });
  call.send({ t: 'control', action: 'clear' });
  await call.sync();
  expect(call.all('error')).toEqual([
    { t: 'error', code: 'UNSUPPORTED', message: 'Mirrors cannot read.' },
    { t: 'error', code: 'UNSUPPORTED', message: 'Mirrors cannot forget.' },
  ]);
});

test('[HS9] [ER4] a provider that takes audio too slowly costs audio, said once, and not the session', async () => {
  const { call, provider } = await startCall({}, { upstreamBufferBytes: 65_536 });
  provider.socket.pause();
  const chunk = Buffer.alloc(960_000);
  for (let sent = 0; sent < 60 && call.all('error').length === 0; sent++) {
    call.sendAudio(chunk);
    await call.sync();
  }
  for (let sent = 0; sent < 3; sent++) call.sendAudio(chunk);
  await call.sync();
  expect(call.all('error')).toEqual([
    {
      t: 'error',
      code: 'AUDIO_OVERFLOW',
      message: 'The provider takes audio too slowly: what you send is dropped until it catches up.',
    },
  ]);
  provider.socket.resume();
});

describe('a turn of the assistant', () => {
  test('[SF4] [SF5] [SF6] [TR1] [TR3] [TR6] [US1] frames and audio come in order and share their turn', async () => {
    const { call, provider } = await startCall();
    provider.send(
      { type: 'speech-start', turnId: 'q1' },
      { type: 'speech-end', turnId: 'q1' },
      { type: 'input-commit', turnId: 'q1' },
      { type: 'response-start', responseId: 'r1' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'It is' },
    );
    provider.say(Buffer.alloc(960, 3));
    provider.send(
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: ' noon.' },
      { type: 'transcript-delta', role: 'user', turnId: 'q1', delta: 'What time' },
      { type: 'transcript-end', role: 'user', turnId: 'q1', text: 'What time is it?' },
    );
    const usage = {
      inputAudioTokens: 31,
      outputAudioTokens: 54,
      inputTextTokens: 5,
      outputTextTokens: 6,
      cachedTokens: 7,
    };
    provider.send({ type: 'response-end', responseId: 'r1', status: 'completed', usage });
    await call.frame('transcript', { role: 'assistant', final: true });
    expect(call.trace).toEqual([
      'ready',
      'speech user started u1',
      'speech user stopped u1',
      'partial assistant a1',
      'speech assistant started a1',
      'audio',
      'partial assistant a1',
      'partial user u1',
      'final user u1',
      'speech assistant stopped a1',
      'usage',
      'final assistant a1',
    ]);
    expect(call.all('usage')).toEqual([{ t: 'usage', ...usage }]);
    const [first, second, final] = call.all('transcript', { role: 'assistant' });
    expect(first).toMatchObject({ text: 'It is', delta: 'It is' });
    expect(second).toMatchObject({ text: 'It is noon.', delta: ' noon.' });
    expect(final).toMatchObject({ text: 'It is noon.', final: true });
    expect(final).not.toHaveProperty('delta');
    expect(final).not.toHaveProperty('interrupted');
    const userFinal = await call.frame('transcript', { role: 'user', final: true });
    expect(Number(userFinal['startMs'])).toBeLessThanOrEqual(Number(final?.['startMs']));
  });

  test('[TR6] a turn belongs to one role, and no id comes back', async () => {
    const { call, provider } = await startCall();
    for (const turn of ['1', '2', '3']) {
      provider.send({ type: 'transcript-end', role: 'user', turnId: `q${turn}`, text: `Question ${turn}` });
      await say(call, provider, `r${turn}`, `Answer ${turn}`, 20);
      provider.send({ type: 'response-end', responseId: `r${turn}`, status: 'completed' });
    }
    await call.until(() => call.all('transcript', { final: true }).length === 6, 'all finals');
    expect(call.all('transcript', { final: true, role: 'user' }).map(({ turn }) => turn)).toEqual(['u1', 'u2', 'u3']);
    const assistant = call.all('transcript', { final: true, role: 'assistant' });
    expect(assistant.map(({ turn, text }) => [turn, text])).toEqual([
      ['a1', 'Answer 1'],
      ['a2', 'Answer 2'],
      ['a3', 'Answer 3'],
    ]);
  });

  test('[SF7] a tool that the server side runs is told as server_tool_call', async () => {
    const { call, provider } = await startCall();
    provider.send(
      { type: 'server-tool', callId: 's1', name: 'web_search', status: 'started' },
      { type: 'server-tool', callId: 's1', name: 'web_search', status: 'completed' },
    );
    await call.frame('server_tool_call', { status: 'completed' });
    expect(call.all('server_tool_call')).toEqual([
      { t: 'server_tool_call', id: 's1', name: 'web_search', status: 'started' },
      { t: 'server_tool_call', id: 's1', name: 'web_search', status: 'completed' },
    ]);
  });
});

describe('tools', () => {
  test('[TL1] [TL2] [RS8] calls reach the client as the model wrote them, results the provider as the client wrote them', async () => {
    const { call, provider } = await startCall({ tools });
    expect(await provider.command('hello')).toMatchObject({ tools });
    provider.send({ type: 'tool-call', callId: 'c1', name: 'look', arguments: '{"at": "it",}' });
    expect(await call.frame('tool_call')).toEqual({
      t: 'tool_call',
      callId: 'c1',
      name: 'look',
      arguments: '{"at": "it",}',
    });
    call.send({ t: 'tool_result', callId: 'c1', output: '{"seen":true}' });
    expect(await provider.command('tool-result')).toEqual({
      type: 'tool-result',
      callId: 'c1',
      output: '{"seen":true}',
    });
  });

  test('[TL3] [TL4] unknown, answered and withdrawn calls are UNKNOWN_TOOL_CALL; calls stay open across an interruption', async () => {
    const { call, provider } = await startCall({ tools });
    provider.send(
      { type: 'tool-call', callId: 'c1', name: 'look', arguments: '{}' },
      { type: 'tool-call', callId: 'c2', name: 'book', arguments: '{}' },
      { type: 'tool-cancel', callId: 'c2' },
    );
    await call.frame('tool_call', { callId: 'c2' });
    call.send({ t: 'interrupt' });
    for (const callId of ['c1', 'c1', 'c2', 'c9']) call.send({ t: 'tool_result', callId, output: 'x' });
    await call.sync();
    expect(call.all('error').map(({ code, message, fatal }) => [code, message, fatal])).toEqual([
      ['UNKNOWN_TOOL_CALL', 'Tool call "c1" already has its result; send one tool_result per call.', undefined],
      ['UNKNOWN_TOOL_CALL', 'Tool call "c2" was cancelled by the provider; its result is no longer needed.', undefined],
      [
        'UNKNOWN_TOOL_CALL',
        'No tool call "c9" was made in this session; send the callId of a tool_call frame.',
        undefined,
      ],
    ]);
    await provider.sync();
    expect(provider.commands.filter(({ type }) => type === 'tool-result')).toHaveLength(1);
  });
});

describe('interruption', () => {
  test('[BI2] [BI3] [BI4] interrupt cancels at the provider, and nothing of the response comes after the marker', async () => {
    const { call, provider } = await startCall();
    await say(call, provider, 'r1', 'A long story.', 2000);
    call.send({ t: 'interrupt' });
    await provider.command('response-cancel');
    // It was on its way when the cancel arrived.
    provider.say(Buffer.alloc(SECOND, 9));
    provider.send(
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: ' Still going.' },
      { type: 'response-end', responseId: 'r1', status: 'cancelled' },
    );
    await provider.sync();
    await call.sync();
    expect(call.trace.slice(1, -1)).toEqual([
      'partial assistant a1',
      'speech assistant started a1',
      'audio',
      'interruption a1',
      'speech assistant stopped a1',
      'final assistant a1',
    ]);
    expect(call.audioBytes).toBe(2 * SECOND);
    expect(provider.commands.map(({ type }) => type)).toEqual(['hello', 'response-cancel', 'response-truncate']);
  });

  test('[BI3] each interrupt gets exactly one interruption, in order', async () => {
    const { call, provider } = await startCall();
    call.send({ t: 'interrupt' });
    await call.sync();
    await say(call, provider, 'r1', 'One.', 5000);
    for (let count = 0; count < 3; count++) call.send({ t: 'interrupt' });
    await call.sync();
    expect(call.all('interruption')).toEqual([
      { t: 'interruption', at: 'assistant' },
      { t: 'interruption', at: 'assistant', turn: 'a1' },
      { t: 'interruption', at: 'assistant' },
      { t: 'interruption', at: 'assistant' },
    ]);
  });

  test('[BI4] where the provider cannot cancel, the rest is discarded here', async () => {
    const reasons = { interrupt: 'Mirrors go on.' };
    const { call, provider } = await startCall(
      {},
      { mirror: { capabilities: { interrupt: false, truncate: false, reasons } } },
    );
    await say(call, provider, 'r1', 'On and on.', 1000);
    call.send({ t: 'interrupt' });
    await call.sync();
    provider.say(Buffer.alloc(SECOND, 9));
    provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
    await provider.sync();
    await say(call, provider, 'r2', 'Next.', 100);
    expect(call.audioBytes).toBe(SECOND + 4800);
    expect(provider.commands.map(({ type }) => type)).toEqual(['hello']);
  });

  test('[BI1] [BI6] [TR5] speech of the user cuts what still plays, also after the response is complete', async () => {
    const { gateway, call, provider } = await startCall();
    await say(call, provider, 'r1', 'one two three four five six seven eight nine ten', 10_000);
    provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
    await call.frame('speech', { role: 'assistant', state: 'stopped' });
    gateway.clock.skip(4500);
    provider.send({ type: 'speech-start', turnId: 'q1' });
    expect(await call.frame('interruption')).toEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
    const { items } = await provider.command('response-truncate');
    expect(items).toEqual([{ itemId: 'i1', heardMs: expect.any(Number), totalMs: 10_000 }]);
    expect(items[0]?.heardMs).toBeGreaterThanOrEqual(4500);
    expect(items[0]?.heardMs).toBeLessThan(6500);
    const final = await call.frame('transcript', { role: 'assistant', final: true });
    expect(final['interrupted']).toBe(true);
    expect(String(final['text'])).toMatch(/^one two three four( five)?( six)?$/);
    expect(provider.commands.map(({ type }) => type)).not.toContain('response-cancel');
  });

  test('[BI9] [TR4] speech after the audio has been played cuts nothing', async () => {
    const { gateway, call, provider } = await startCall();
    await say(call, provider, 'r1', 'Short.', 500);
    provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
    await call.frame('speech', { role: 'assistant', state: 'stopped' });
    gateway.clock.skip(600);
    await call.frame('transcript', { role: 'assistant', final: true });
    provider.send({ type: 'speech-start', turnId: 'q1' });
    await call.frame('speech', { role: 'user' });
    expect(call.all('interruption')).toEqual([]);
  });

  test('[BI5] playedMs of an interrupt is what was heard, and no more than was delivered', async () => {
    const { call, provider } = await startCall();
    await say(call, provider, 'r1', 'one two three four', 4000);
    call.send({ t: 'interrupt', playedMs: 1500 });
    expect((await provider.command('response-truncate')).items).toEqual([
      { itemId: 'i1', heardMs: 1500, totalMs: 4000 },
    ]);
    provider.send({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
    await say(call, provider, 'r2', 'five six', 2000);
    call.send({ t: 'interrupt', playedMs: 999_999 });
    const final = await call.frame('transcript', { turn: 'a2', final: true });
    expect(final).toMatchObject({ text: 'five six', interrupted: true });
  });

  test('[BI5] a playback report for a turn that is unknown or settled is ignored', async () => {
    const { call, provider } = await startCall();
    await say(call, provider, 'r1', 'one two', 2000);
    call.send({ t: 'interrupt', playedMs: 500 });
    call.send({ t: 'playback', turn: 'a1', playedMs: 1900 });
    call.send({ t: 'playback', turn: 'a77', playedMs: 1900 });
    await call.sync();
    await provider.sync();
    expect(provider.commands.filter(({ type }) => type === 'response-truncate')).toEqual([
      { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'i1', heardMs: 500, totalMs: 2000 }] },
    ]);
    expect(call.all('error')).toEqual([]);
  });

  test('[BI7] a client of the extensions is waited for, 250 ms and no more; others are not', async () => {
    const gateway = await startGateway();
    const extended = async () => {
      const minted = await gateway.mint();
      const call = await gateway.connect(minted, { protocols: [minted.wsToken, EXTENSION] });
      await call.frame('ready');
      return call;
    };
    const reporting = await extended();
    const [first] = [await gateway.vendor.connection(0)];
    await say(reporting, first, 'r1', 'one two three four', 4000);
    reporting.send({ t: 'interrupt' });
    await reporting.frame('interruption');
    await reporting.sync();
    expect(reporting.all('transcript', { final: true })).toEqual([]);
    reporting.send({ t: 'playback', turn: 'a1', playedMs: 2100 });
    expect((await first.command('response-truncate')).items).toEqual([{ itemId: 'i1', heardMs: 2100, totalMs: 4000 }]);
    expect((await reporting.frame('transcript', { final: true }))['text']).toBe('one two');

    const silent = await extended();
    const second = await gateway.vendor.connection(1);
    await say(silent, second, 'r1', 'one two three four', 4000);
    silent.send({ t: 'interrupt' });
    await silent.frame('interruption');
    gateway.clock.skip(250);
    await second.command('response-truncate');
    await silent.frame('transcript', { final: true });

    const plain = await gateway.call();
    const third = await gateway.vendor.connection(2);
    await plain.frame('ready');
    await say(plain, third, 'r1', 'one two three four', 4000);
    plain.send({ t: 'interrupt' });
    await plain.sync();
    expect(plain.trace.slice(-4)).toEqual([
      'interruption a1',
      'speech assistant stopped a1',
      'final assistant a1',
      'pong',
    ]);
  });

  test('[BI8] a typed message interrupts the assistant; with manual turns a commit with audio does', async () => {
    const { call, provider } = await startCall({ turnDetection: 'manual' });
    await say(call, provider, 'r1', 'one two', 4000);
    call.send({ t: 'text', text: 'stop' });
    await provider.command('text-append');
    expect(provider.commands.map(({ type }) => type)).toEqual([
      'hello',
      'response-cancel',
      'response-truncate',
      'text-append',
    ]);
    provider.send({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
    await say(call, provider, 'r2', 'three four', 4000);
    call.send({ t: 'control', action: 'commit' });
    await call.sync();
    expect(call.all('interruption')).toHaveLength(1);
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action: 'commit' });
    await provider.command('audio-commit');
    await call.sync();
    expect(call.all('interruption').map(({ turn }) => turn)).toEqual(['a1', 'a2']);
  });
});
