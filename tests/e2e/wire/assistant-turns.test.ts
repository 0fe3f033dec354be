import { describe, expect, test } from 'vitest';
import { say, startMirrorCall } from '../helpers/mirror-call.ts';

const tools = ['look', 'book'].map((name) => ({ name, description: name, parameters: { type: 'object' } }));

describe('a turn of the assistant', () => {
  test('[SF4] [SF5] [SF6] [TR1] [TR3] [TR6] [US1] frames and audio come in order and share their turn', async () => {
    const { call, gateway, provider } = await startMirrorCall();
    provider.send(
      { type: 'speech-start', turnId: 'q1' },
      { type: 'speech-end', turnId: 'q1' },
      { type: 'input-commit', turnId: 'q1' },
      { type: 'response-start', responseId: 'r1' },
      { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'It is' },
    );
    provider.say(Buffer.alloc(48_000, 3));
    await call.until(() => call.audioBytes === 48_000, 'the audio');
    // Partials of a turn are 50 ms apart or more.
    gateway.clock.skip(50);
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
    const { call, provider } = await startMirrorCall();
    for (const turn of ['1', '2', '3']) {
      provider.send({ type: 'transcript-end', role: 'user', turnId: `q${turn}`, text: `Question ${turn}` });
      await say(call, provider, { responseId: `r${turn}`, text: `Answer ${turn}`, ms: 20 });
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
    const { call, provider } = await startMirrorCall();
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
    const { call, provider } = await startMirrorCall({ tools });
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
    const { call, provider } = await startMirrorCall({ tools });
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
