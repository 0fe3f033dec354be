import { describe, expect, test } from 'vitest';
import { startMirrorCall } from '../helpers/mirror-call.ts';
import { Random } from '../helpers/random.ts';

describe('user audio', () => {
  test('[CF1] is taken in any even length, an empty message is ignored', async () => {
    const { call, provider } = await startMirrorCall();
    const parts = [2, 0, 960, 4800, 131_072, 6].map((length) => Buffer.alloc(length, length % 251));
    for (const part of parts) call.sendAudio(part);
    await call.sync();
    await provider.until(() => provider.audioBytes >= 136_840, 'the audio');
    expect(provider.audio.equals(Buffer.concat(parts))).toBe(true);
    expect(call.all('error')).toEqual([]);
  });

  test('[CF13] that is JSON is answered by BAD_FRAME and not heard, and the session goes on', async () => {
    const { call, provider } = await startMirrorCall();
    for (const text of ['{"t":"control","action":"commit"}', '{"t":"ping","id":12}'])
      call.socket.send(Buffer.from(text), { binary: true });
    call.sendAudio(Buffer.alloc(960, 2));
    await provider.until(() => provider.audioBytes > 0, 'the good audio');
    expect(provider.audio).toEqual(Buffer.alloc(960, 2));
    expect(call.all('error').map(({ code }) => code)).toEqual(['BAD_FRAME', 'BAD_FRAME']);
  });

  test('[CF2] of odd length is dropped with BAD_AUDIO, and the session goes on', async () => {
    const { call, provider } = await startMirrorCall();
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

test('[SF4] audio of half a minute in one piece comes in messages of at most 64 KiB, all of it and in order', async () => {
  const { call, provider } = await startMirrorCall();
  const pcm = new Random(3).bytes(1_440_000);
  provider.send({ type: 'response-start', responseId: 'r1' });
  provider.say(pcm);
  await call.until(() => call.audioBytes === pcm.byteLength, 'all audio');
  expect(call.audio.equals(pcm)).toBe(true);
  const sizes = call.messages.flatMap((message) => (message.type === 'audio' ? [message.pcm.byteLength] : []));
  expect(sizes).toEqual([...Array.from({ length: 21 }, () => 65_536), 63_744]);
});

test('[CF8] [JS1] a ping with a time in nanoseconds comes back digit by digit', async () => {
  const { call } = await startMirrorCall();
  call.send('{"t":"ping","id":1764547200123456789}');
  await call.until(
    () => call.messages.some((message) => message.type === 'frame' && message.text.includes('pong')),
    'it',
  );
  expect(call.messages.at(-1)).toMatchObject({ text: '{"t":"pong","id":1764547200123456789}' });
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
  const { call } = await startMirrorCall();
  call.send(text);
  call.send('{"t":"ping","id":1,"unknown":true}');
  expect(await call.frame('pong')).toEqual({ t: 'pong', id: 1 });
  const errors = call.all('error');
  expect(errors).toEqual([{ t: 'error', code: 'BAD_FRAME', message: expect.stringContaining(words) }]);
});

describe("the end of the user's turn", () => {
  test.each(['commit', 'end_turn'])('[CF4] %s sends it upstream after the audio before it', async (action) => {
    const { call, provider } = await startMirrorCall({ turnDetection: 'manual' });
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action });
    await provider.command('audio-commit');
    expect(provider.order).toEqual(['hello', 'audio', 'audio-commit']);
  });

  test('[CF5] a commit with no audio since the last turn does nothing', async () => {
    const { call, provider } = await startMirrorCall({ turnDetection: 'manual' });
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
    const { call, provider } = await startMirrorCall({ turnDetection: 'manual' });
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action: 'clear' });
    call.send({ t: 'control', action: 'commit' });
    call.send({ t: 'text', text: 'after' });
    await provider.command('text-append');
    expect(provider.order).toEqual(['hello', 'audio', 'audio-clear', 'text-append']);
  });

  test('[CF6] [ER8] where it cannot be cleared, the audio is still there for the commit', async () => {
    const reasons = { clear: 'Mirrors forget nothing.' };
    const { call, provider } = await startMirrorCall(
      { turnDetection: 'manual' },
      { mirror: { capabilities: { clear: false, reasons } } },
    );
    call.sendAudio(Buffer.alloc(960));
    call.send({ t: 'control', action: 'clear' });
    call.send({ t: 'control', action: 'commit' });
    await provider.command('audio-commit');
    await call.sync();
    expect(provider.order).toEqual(['hello', 'audio', 'audio-commit']);
    expect(call.all('error')).toEqual([{ t: 'error', code: 'UNSUPPORTED', message: 'Mirrors forget nothing.' }]);
  });

  test('[CF7] a typed message is a user turn of its own, in the frames and in the record', async () => {
    const { gateway, call, provider } = await startMirrorCall();
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
  const { call } = await startMirrorCall({}, { mirror: { capabilities: { text: false, clear: false, reasons } } });
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

test('[HS9] [ER4] a provider that takes audio too slowly costs a microphone audio, said once, and not the session', async () => {
  const { gateway, call, provider } = await startMirrorCall({}, { upstreamBufferBytes: 65_536 });
  provider.socket.pause();
  const speak = async (): Promise<void> => {
    // In real time: 20 s of it take 20 s.
    gateway.clock.skip(20_000);
    call.sendAudio(Buffer.alloc(960_000));
    gateway.clock.skip(20_000);
    await call.sync();
  };
  for (let sent = 0; sent < 40 && call.all('error').length === 0; sent++) await speak();
  for (let sent = 0; sent < 3; sent++) await speak();
  expect(call.all('error')).toEqual([
    {
      t: 'error',
      code: 'AUDIO_OVERFLOW',
      message: 'The provider takes audio too slowly: what you send is dropped until it catches up.',
    },
  ]);
  provider.socket.resume();
});
