import { describe, expect, test, vi } from 'vitest';
import { infoOf } from '../../test/fake-gateway.ts';
import { deferred, settle, startCall, useFakePage } from '../../test/new-call.ts';
import { ConversationError } from '../errors/conversation-error.ts';

const fake = useFakePage();

const started = (turn: string): object => ({ t: 'speech', role: 'assistant', state: 'started', turn });
const stopped = (turn: string): object => ({ t: 'speech', role: 'assistant', state: 'stopped', turn });
const interruption = (turn?: string): object => ({ t: 'interruption', at: 'assistant', turn });

describe('the assistant', () => {
  test('[CV10, BI5] a turn is played, and reported once when it has been heard', async () => {
    const { conversation, connection, sink } = await startCall();
    const modes: string[] = [];
    conversation.on('mode', (mode) => modes.push(mode));
    connection.say(started('a1'), 20, 40, stopped('a1'));
    expect(sink.acts.slice(3)).toEqual(['play s1/a1 20 ms', 'play s1/a1 40 ms', 'end s1/a1']);
    sink.handlers?.onTurnStart('s1/a1');
    expect(connection.received).toEqual([]);
    sink.handlers?.onTurnPlayed({ turn: 's1/a1', playedMs: 60 });
    expect(connection.received).toEqual([{ t: 'playback', turn: 'a1', playedMs: 60 }]);
    expect(modes).toEqual(['thinking', 'speaking', 'listening']);
  });

  test('[CV5] turns that follow each other are one stretch of speech', async () => {
    const { conversation, connection, sink } = await startCall();
    connection.say(started('a1'), 20, stopped('a1'));
    sink.handlers?.onTurnStart('s1/a1');
    connection.say(started('a2'), 20, stopped('a2'));
    sink.handlers?.onTurnPlayed({ turn: 's1/a1', playedMs: 20 });
    expect(conversation.mode).toBe('speaking');
    sink.handlers?.onTurnStart('s1/a2');
    sink.handlers?.onTurnPlayed({ turn: 's1/a2', playedMs: 20 });
    expect(conversation.mode).toBe('listening');
  });

  test('[CV10, BI7] when it is cut, what was heard of each turn is reported', async () => {
    const { conversation, connection, sink } = await startCall();
    connection.say(started('a1'), 500, stopped('a1'), started('a2'), 500);
    sink.handlers?.onTurnStart('s1/a1');
    sink.cut = [
      { turn: 's1/a1', playedMs: 130 },
      { turn: 's1/a2', playedMs: 0 },
    ];
    connection.say(interruption('a2'));
    expect(sink.acts.at(-1)).toBe('flush');
    expect(conversation.mode).toBe('listening');
    await settle();
    expect(connection.received).toEqual([
      { t: 'playback', turn: 'a1', playedMs: 130 },
      { t: 'playback', turn: 'a2', playedMs: 0 },
    ]);
  });

  test('[CV10] of a turn that was cut before any of its audio came nothing was heard', async () => {
    const { connection } = await startCall();
    connection.say(started('a1'), interruption('a1'));
    await settle();
    expect(connection.received).toEqual([{ t: 'playback', turn: 'a1', playedMs: 0 }]);
  });

  test('[CV10] a turn that was heard to its end is not reported again', async () => {
    const { connection, sink } = await startCall();
    connection.say(started('a1'), 500, stopped('a1'));
    sink.handlers?.onTurnPlayed({ turn: 's1/a1', playedMs: 500 });
    connection.say(interruption('a1'));
    await settle();
    expect(connection.received).toEqual([{ t: 'playback', turn: 'a1', playedMs: 500 }]);
  });

  test('[CV10] a sink that does not answer leaves it to the gateway', async () => {
    const { connection, sink } = await startCall();
    connection.say(started('a1'), 500);
    sink.cut = new Promise(() => {});
    connection.say(interruption('a1'));
    await vi.advanceTimersByTimeAsync(200);
    expect(connection.received).toEqual([]);
  });

  test('[CV11, BI2] late audio of an interrupted turn is not played', async () => {
    const { connection, sink } = await startCall();
    connection.say(started('a1'), 20, interruption('a1'), 20, stopped('a1'), 20);
    connection.say(started('a2'), 40);
    expect(sink.acts.slice(3)).toEqual(['play s1/a1 20 ms', 'flush', 'play s1/a2 40 ms']);
  });

  test('[CV5] a first sound that was on its way when it was cut is none', async () => {
    const { conversation, connection, sink } = await startCall();
    connection.say(started('a1'), 20, interruption('a1'));
    sink.handlers?.onTurnStart('s1/a1');
    expect(conversation.mode).toBe('listening');
  });

  test('[CV11, BI3] interrupt() silences first, then tells how much was heard', async () => {
    const { conversation, connection, sink } = await startCall();
    connection.say(started('a1'), 500);
    sink.handlers?.onTurnStart('s1/a1');
    const flushed = deferred<[{ turn: string; playedMs: number }]>();
    sink.cut = flushed.promise;
    conversation.interrupt();
    expect(sink.acts.at(-1)).toBe('flush');
    expect([conversation.mode, connection.received]).toEqual(['listening', []]);
    connection.say(20); // sent before the gateway knew
    flushed.resolve([{ turn: 's1/a1', playedMs: 310 }]);
    await settle();
    expect(connection.received).toEqual([{ t: 'interrupt', playedMs: 310 }]);
    connection.say(20, interruption('a1'), 20, stopped('a1'));
    await settle();
    expect(sink.acts.filter((act) => String(act).startsWith('play'))).toEqual(['play s1/a1 500 ms']);
    expect(connection.received).toHaveLength(1);
    connection.say(started('a2'), 40);
    expect(sink.acts.at(-1)).toBe('play s1/a2 40 ms');
  });

  test('[CV11] interrupting silence is harmless', async () => {
    const { conversation, connection } = await startCall();
    conversation.interrupt();
    await settle();
    expect(connection.received).toEqual([{ t: 'interrupt' }]);
  });

  test('[CV10, SF8] a gateway that marks no turns is played turn by turn, without reports', async () => {
    const { connection, sink } = await startCall();
    const final = { t: 'transcript', role: 'assistant', text: 'Hi.', final: true };
    connection.say(20, 20, final, 40);
    expect(sink.acts.slice(3)).toEqual([
      'play s1/audio-0 20 ms',
      'play s1/audio-0 20 ms',
      'end s1/audio-0',
      'play s1/audio-1 40 ms',
    ]);
    sink.handlers?.onTurnPlayed({ turn: 's1/audio-0', playedMs: 40 });
    expect(connection.received).toEqual([]);
  });

  test('[CV21] without a loudspeaker all of it counts as heard', async () => {
    const { conversation, connection } = await startCall({ speaker: false });
    connection.say(started('a1'), 20, 40);
    expect(conversation.mode).toBe('speaking');
    connection.say(stopped('a1'));
    expect(conversation.mode).toBe('listening');
    connection.say(started('a2'), 100, interruption('a2'));
    await settle();
    expect(connection.received).toEqual([
      { t: 'playback', turn: 'a1', playedMs: 60 },
      { t: 'playback', turn: 'a2', playedMs: 100 },
    ]);
  });

  test('[CV9] sound that the browser holds back', async () => {
    const { conversation, sink } = await startCall();
    sink.handlers?.onBlockedChange(true);
    sink.handlers?.onProblem(new ConversationError({ code: 'OUTPUT_BLOCKED', recoverable: true }));
    expect(conversation.getSnapshot()).toMatchObject({ outputBlocked: true, error: { code: 'OUTPUT_BLOCKED' } });
    await conversation.unblock();
    expect(sink.acts.at(-1)).toBe('unblock');
    sink.handlers?.onBlockedChange(false);
    expect(conversation.getSnapshot()).toMatchObject({ outputBlocked: false, error: undefined });
  });

  test('[CV17] looking at the page again tries to let blocked sound out', async () => {
    const { sink } = await startCall();
    sink.handlers?.onBlockedChange(true);
    fake.page.show('visible');
    expect(sink.acts.at(-1)).toBe('unblock');
  });
});

describe('the user', () => {
  test('[CV12] is sent as heard', async () => {
    const { connection, source } = await startCall();
    source.hear(2);
    expect(connection.received).toEqual(['<640 bytes>', '<640 bytes>']);
  });

  test('[CV12] a short stall costs what could not be sent', async () => {
    const { conversation, connection, source } = await startCall();
    connection.bufferedAmount = 65_537;
    source.hear(3);
    await vi.advanceTimersByTimeAsync(2_000);
    connection.bufferedAmount = 65_536;
    source.hear();
    expect(connection.received).toEqual(['<640 bytes>']);
    expect(conversation.droppedInputMs).toBe(60);
  });

  test('[CV12, CF6] after a long one, what went before is no turn', async () => {
    const { connection, source } = await startCall();
    connection.bufferedAmount = 65_537;
    source.hear();
    await vi.advanceTimersByTimeAsync(2_001);
    connection.bufferedAmount = 0;
    source.hear(2);
    expect(connection.received).toEqual([{ t: 'control', action: 'clear' }, '<640 bytes>', '<640 bytes>']);
  });

  test('[CV14] mute is the microphone’s business, and outlives the call', async () => {
    const { conversation, gateway, source } = await startCall();
    conversation.mute();
    expect([conversation.muted, source.acts.at(-1)]).toEqual([true, 'mute']);
    await conversation.setInputDevice('mic-2');
    expect(conversation.muted).toBe(true);
    await conversation.end();
    const again = conversation.start();
    await settle();
    gateway.last.open();
    await again;
    expect(source.acts.slice(-3)).toEqual(['open', 'start 16000', 'mute']);
    conversation.unmute();
    expect([conversation.muted, source.acts.at(-1)]).toEqual([false, 'unmute']);
  });

  test('[CV14] volume stays within its range', async () => {
    const { conversation, sink } = await startCall();
    conversation.setVolume(0.5);
    conversation.setVolume(7);
    expect([conversation.volume, sink.acts.slice(-2)]).toEqual([1, ['volume 0.5', 'volume 1']]);
  });

  test('[CV9] choosing another device is an answer to its problem', async () => {
    const { conversation, source, sink } = await startCall();
    source.handlers?.onProblem(new ConversationError({ code: 'MIC_LOST', recoverable: true }));
    await conversation.setOutputDevice('out-2');
    expect([conversation.error?.code, sink.acts.at(-1)]).toEqual(['MIC_LOST', 'device out-2']);
    await conversation.setInputDevice('mic-2');
    expect([conversation.error, source.acts.at(-1)]).toEqual([undefined, 'device mic-2']);
  });

  test('[CV13] push to talk: nothing is sent but between hold and release', async () => {
    const { conversation, connection, source } = await startCall({ turnDetection: 'manual' });
    expect(conversation.muted).toBe(true);
    source.hear();
    conversation.hold();
    expect([conversation.holding, conversation.muted, source.acts.at(-1)]).toEqual([true, false, 'unmute']);
    source.hear(2);
    conversation.release();
    expect([conversation.holding, conversation.muted]).toEqual([false, true]);
    source.hear(2);
    expect([conversation.mode, source.acts.at(-1)]).toEqual(['listening', 'unmute']);
    await vi.advanceTimersByTimeAsync(50);
    expect([conversation.mode, source.acts.at(-1)]).toEqual(['thinking', 'mute']);
    source.hear();
    const [chunk, commit] = ['<640 bytes>', { t: 'control', action: 'commit' }];
    expect(connection.received).toEqual([chunk, chunk, chunk, chunk, commit]);
  });

  test('[CV13] pressed again before these have come, the turn goes on', async () => {
    const { conversation, connection, source } = await startCall({ turnDetection: 'manual' });
    conversation.hold();
    source.hear();
    conversation.release();
    source.hear();
    conversation.hold();
    await vi.advanceTimersByTimeAsync(200);
    source.hear(2);
    expect(connection.received).toEqual(['<640 bytes>', '<640 bytes>', '<640 bytes>', '<640 bytes>']);
    expect(conversation.mode).toBe('listening');
  });

  test('[CV13] pressing it interrupts the assistant', async () => {
    const { conversation, connection, sink } = await startCall({ turnDetection: 'manual' });
    connection.say(started('a1'), 500);
    sink.handlers?.onTurnStart('s1/a1');
    sink.cut = [{ turn: 's1/a1', playedMs: 70 }];
    conversation.hold();
    await settle();
    expect(connection.received).toEqual([{ t: 'interrupt', playedMs: 70 }]);
  });

  test('[CV13] letting go without holding is harmless, and so is saying nothing', async () => {
    const { conversation, connection } = await startCall({ turnDetection: 'manual' });
    conversation.release();
    expect(connection.received).toEqual([]);
    conversation.hold();
    conversation.release();
    await vi.advanceTimersByTimeAsync(50);
    expect(connection.received).toEqual([{ t: 'control', action: 'commit' }]);
    expect(conversation.mode).toBe('listening');
  });

  test('[CV5, CF7] a typed message waits for an answer', async () => {
    const { conversation, connection } = await startCall();
    conversation.sendText('Hello?');
    expect(connection.received).toEqual([{ t: 'text', text: 'Hello?' }]);
    expect(conversation.mode).toBe('thinking');
    expect(() => conversation.sendText('')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('levels are those of the devices', async () => {
    const { conversation } = await startCall();
    expect([conversation.inputLevel, conversation.outputLevel]).toEqual([0.5, 0.25]);
  });
});

describe('events', () => {
  test('[CV20, SF4] every frame comes twice, under its type and as a frame', async () => {
    const { conversation, connection } = await startCall();
    const seen: unknown[] = [];
    conversation.on('frame', ({ type }) => seen.push(type));
    conversation.on('audio', ({ pcm, turn }) => seen.push([turn, pcm.byteLength]));
    conversation.on('close', ({ reason }) => seen.push(reason));
    connection.say(started('a1'), 20);
    await conversation.end();
    expect(seen).toEqual(['speech', 'audio', ['a1', 960], 'close', 'client_closed']);
  });

  test('[CV20] what is sent can be watched', async () => {
    const { conversation, source } = await startCall();
    const sent: unknown[] = [];
    conversation.on('sent', (frame) => sent.push(frame));
    conversation.on('sent-audio', (pcm) => sent.push(pcm.byteLength));
    source.hear();
    conversation.sendToolResult('c1', { ok: true });
    expect(await conversation.ping()).toBe(0);
    expect(sent).toEqual([640, { t: 'tool_result', callId: 'c1', output: '{"ok":true}' }, { t: 'ping', id: 1 }]);
  });

  test('[CV5, CV6] an answer that was broken off before its first word is told, and not waited for', async () => {
    const { conversation, connection } = await startCall();
    conversation.sendText('Hello.');
    expect(conversation.mode).toBe('thinking');
    connection.say({
      t: 'transcript',
      role: 'assistant',
      text: '',
      final: true,
      turn: 'a1',
      incomplete: 'content_filter',
    });
    expect(conversation).toMatchObject({ mode: 'listening', transcript: [{ text: '', incomplete: 'content_filter' }] });
  });

  test('[CV23] what is kept of the sound sent stays what it was, whatever the source does with its bytes', async () => {
    const { conversation, source } = await startCall();
    const sent: Uint8Array[] = [];
    conversation.on('sent-audio', (pcm) => sent.push(pcm));
    const pool = new Uint8Array(1 + 4);
    for (const value of [1, 2]) source.handlers?.onChunk(pool.subarray(1).fill(value));
    expect(sent.map(({ buffer }) => [...new Int16Array(buffer)])).toEqual([
      [0x0101, 0x0101],
      [0x0202, 0x0202],
    ]);
  });

  test('[CV20] a listener that throws disturbs nobody', async () => {
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
    const { conversation, connection, sink } = await startCall();
    const error = new Error('mine');
    conversation.on('frame', () => {
      throw error;
    });
    connection.say(started('a1'), 20);
    expect(sink.acts.at(-1)).toBe('play s1/a1 20 ms');
    expect(reported).toEqual([error, error]);
  });

  test('[CV8, CV20] a listener is told of changes until it has enough', async () => {
    const { conversation } = await startCall();
    let changes = 0;
    const enough = conversation.subscribe(() => (changes += 1));
    conversation.mute();
    conversation.mute();
    enough();
    conversation.unmute();
    expect(changes).toBe(1);
  });

  test('[CV9] an error of the session is a problem with the gateway’s code', async () => {
    const { conversation, connection } = await startCall();
    const problems: ConversationError[] = [];
    conversation.on('problem', (error) => problems.push(error));
    connection.say({ t: 'error', code: 'PROVIDER_RATE_LIMITED', message: 'Wait a minute.' });
    expect(problems).toMatchObject([
      { code: 'SESSION_ERROR', serverCode: 'PROVIDER_RATE_LIMITED', message: 'Wait a minute.', recoverable: true },
    ]);
    expect(conversation.error).toBe(problems[0]);
  });

  test('[TL1] tools with execute are answered here', async () => {
    const tool = { name: 'add', description: 'Adds.', parameters: {}, execute: () => ({ sum: 3 }) };
    const { conversation, connection } = await startCall({ tools: [tool] });
    connection.say({ t: 'tool_call', callId: 'c1', name: 'add', arguments: '{}' });
    expect(conversation.mode).toBe('thinking');
    await settle();
    expect(connection.received).toEqual([{ t: 'tool_result', callId: 'c1', output: '{"sum":3}' }]);
  });

  test('[CV6] the transcript counts from the first connection', async () => {
    const { conversation, connection, gateway } = await startCall({ getSession: () => infoOf(4) });
    connection.say({ t: 'transcript', role: 'user', text: 'One.', final: true, turn: 'u1', startMs: 100 });
    await vi.advanceTimersByTimeAsync(3_000);
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(250);
    gateway.last.open();
    gateway.last.say({ t: 'transcript', role: 'user', text: 'Two.', final: true, turn: 'u2', startMs: 100 });
    expect(conversation.transcript.map(({ id, startMs }) => [id, startMs])).toEqual([
      ['s4/u1', 100],
      ['s4/u2', 3350],
    ]);
  });
});

test.each(['TOO_FAST', 'A_CODE_OF_LATER'])(
  '[CV9] the error %s is told in the words of the gateway, and the call goes on',
  async (code) => {
    const { conversation, connection } = await startCall();
    connection.say({ t: 'error', code, message: 'The gateway waits, since too much is sent.' });
    expect(conversation.getSnapshot()).toMatchObject({
      status: 'connected',
      error: {
        code: 'SESSION_ERROR',
        serverCode: code,
        message: 'The gateway waits, since too much is sent.',
        recoverable: true,
      },
    });
    expect(connection.acts).toEqual([]);
  },
);
