import type { CapabilityFlags, SessionCommand, SessionEvent } from '@speko/adapter';
import { type ClientFrame, encodeServerFrame, type ServerFrame, type TranscriptEntry } from '@speko/protocol';
import { describe, expect, test } from 'vitest';
import { Conversation } from './conversation.ts';
import { SessionMeter } from './session-meter.ts';

const everything: CapabilityFlags = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: true,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: true,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: true,
  fullDuplex: false,
};

/** A conversation with a recorded port. At 24 kHz, 48 bytes are one millisecond. */
function startConversation(
  options: {
    manual?: boolean;
    hasFirstMessage?: boolean;
    graceMs?: number;
    capabilities?: Partial<CapabilityFlags>;
  } = {},
) {
  const frames: (ServerFrame | { audioMs: number })[] = [];
  const commands: SessionCommand[] = [];
  const finals: TranscriptEntry[] = [];
  const meter = new SessionMeter();
  const conversation = new Conversation({
    port: {
      frame: (frame) => frames.push(frame),
      error: (code, message) => frames.push({ t: 'error', code, message }),
      audio: (pcm) => frames.push({ audioMs: pcm.byteLength / 48 }),
      audioBoundary: () => {},
      command: (command) => commands.push(command),
      transcript: (entry, final) => (final ? finals.push(entry) : 0),
    },
    meter,
    capabilities: { ...everything, ...options.capabilities },
    turnDetection: options.manual === true ? 'manual' : 'auto',
    hasFirstMessage: options.hasFirstMessage === true,
    outputSampleRateHz: 24_000,
    playbackGraceMs: options.graceMs ?? 0,
    startedAtMs: 1000,
  });
  return {
    conversation,
    commands,
    finals,
    meter,
    provider: (nowMs: number, ...events: SessionEvent[]) =>
      events.forEach((event) => conversation.providerEvent(event, nowMs)),
    /** `said`: the user said something right before it. */
    client: (nowMs: number, frame: ClientFrame, said = true) => {
      if (said) conversation.audioReceived();
      conversation.clientFrame(frame, nowMs);
    },
    /** The frames since the last call. */
    sent: () => frames.splice(0),
  };
}

const start = (responseId: string): SessionEvent => ({ type: 'response-start', responseId });
const end = (responseId: string, status: 'completed' | 'cancelled' = 'completed'): SessionEvent => ({
  type: 'response-end',
  responseId,
  status,
});
const brokenOff = (responseId: string, reason?: string): SessionEvent => ({
  type: 'response-end',
  responseId,
  status: 'incomplete',
  ...(reason === undefined ? {} : { reason }),
});
const audio = (responseId: string, ms: number, itemId = `${responseId}-item`): SessionEvent => ({
  type: 'audio-delta',
  responseId,
  itemId,
  pcm: new Uint8Array(ms * 48),
});
const says = (responseId: string, delta: string, itemId = `${responseId}-item`): SessionEvent => ({
  type: 'transcript-delta',
  role: 'assistant',
  turnId: responseId,
  itemId,
  delta,
});
const userSpeaks: SessionEvent = { type: 'speech-start', turnId: 'user-item' };

describe('a plain turn', () => {
  test('[SF5][SF6][TR1][TR3][US1] frames of a spoken turn come in the order of the talk', () => {
    const call = startConversation();
    call.provider(1500, userSpeaks);
    call.provider(2500, { type: 'speech-end', turnId: 'user-item' }, { type: 'input-commit', turnId: 'user-item' });
    call.provider(2900, start('r1'), says('r1', 'We have '), audio('r1', 400));
    call.provider(2950, says('r1', 'tea.'), audio('r1', 600));
    call.provider(2950, { type: 'transcript-end', role: 'user', turnId: 'user-item', text: 'What is there?' });
    call.provider(3000, {
      type: 'response-end',
      responseId: 'r1',
      status: 'completed',
      usage: { inputAudioTokens: 10, outputAudioTokens: 20, inputTextTokens: 3, outputTextTokens: 4, cachedTokens: 1 },
    });
    expect(call.sent()).toEqual([
      { t: 'speech', role: 'user', state: 'started', turn: 'u1' },
      { t: 'speech', role: 'user', state: 'stopped', turn: 'u1' },
      { t: 'transcript', role: 'assistant', text: 'We have ', final: false, delta: 'We have ', turn: 'a1' },
      { t: 'speech', role: 'assistant', state: 'started', turn: 'a1' },
      { audioMs: 400 },
      {
        t: 'transcript',
        role: 'assistant',
        text: 'We have tea.',
        final: false,
        delta: 'tea.',
        turn: 'a1',
        startMs: 1900,
      },
      { audioMs: 600 },
      { t: 'transcript', role: 'user', text: 'What is there?', final: true, turn: 'u1', startMs: 500 },
      { t: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' },
      {
        t: 'usage',
        inputAudioTokens: 10,
        outputAudioTokens: 20,
        inputTextTokens: 3,
        outputTextTokens: 4,
        cachedTokens: 1,
      },
    ]);
    expect(call.meter.timeToFirstAudio).toEqual({ count: 1, medianMs: 400, p95Ms: 400 });
  });

  test('[TR4] the final of the assistant waits until its audio has been played', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'Hello there.'), audio('r1', 1000), end('r1'));
    call.sent();
    expect(call.conversation.wakeAtMs).toBe(3000);
    call.conversation.wake(2999);
    expect(call.sent()).toEqual([]);
    call.conversation.wake(3000);
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'assistant', text: 'Hello there.', final: true, turn: 'a1', startMs: 1000 },
    ]);
    expect(call.conversation.wakeAtMs).toBeUndefined();
  });

  test('[TR4] a client that reports all audio as played gets the final at once', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'Hello there.'), audio('r1', 1000), end('r1'));
    call.sent();
    call.client(2100, { t: 'playback', turn: 'a1', playedMs: 1000 });
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'assistant', text: 'Hello there.', final: true, turn: 'a1', startMs: 1000 },
    ]);
  });

  test('[TR2] a response that says nothing, such as a bare tool call, has no transcript', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), { type: 'tool-call', callId: 'c1', name: 'find', arguments: '{}' }, end('r1'));
    expect(call.sent()).toEqual([{ t: 'tool_call', callId: 'c1', name: 'find', arguments: '{}' }]);
  });

  test('[TR2] words that come after the final of a user turn are dropped', () => {
    const call = startConversation();
    call.provider(2000, { type: 'transcript-end', role: 'user', turnId: 'x', text: 'Yes.' });
    call.provider(2001, { type: 'transcript-delta', role: 'user', turnId: 'x', delta: 'Yes.' });
    call.provider(2002, { type: 'transcript-end', role: 'user', turnId: 'x', text: 'Yes!' });
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'user', text: 'Yes.', final: true, turn: 'u1', startMs: 1000 },
    ]);
  });

  test('[TR1] a provider that revises its words sends no delta', () => {
    const call = startConversation();
    call.provider(2000, { type: 'transcript-replace', role: 'user', turnId: 'x', text: 'I scream' });
    call.provider(2050, { type: 'transcript-replace', role: 'user', turnId: 'x', text: 'ice cream' });
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'user', text: 'I scream', final: false, delta: 'I scream', turn: 'u1', startMs: 1000 },
      { t: 'transcript', role: 'user', text: 'ice cream', final: false, turn: 'u1', startMs: 1000 },
    ]);
  });
});

describe('barge-in', () => {
  test('[BI1][BI2][BI6][TR5] speech while the answer is generated cuts it; the provider cancels by itself and learns what was heard', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'One two three four'), audio('r1', 4000));
    call.sent();
    call.provider(3000, userSpeaks, audio('r1', 500), end('r1', 'cancelled'));
    expect(call.sent()).toEqual([
      { t: 'interruption', at: 'assistant', turn: 'a1' },
      { t: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' },
      { t: 'speech', role: 'user', state: 'started', turn: 'u1' },
      { t: 'transcript', role: 'assistant', text: 'One', final: true, turn: 'a1', startMs: 1000, interrupted: true },
    ]);
    expect(call.commands).toEqual([
      { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'r1-item', heardMs: 1000, totalMs: 4000 }] },
    ]);
  });

  test('[BI1][BI6] speech after generation ended, while audio still plays, interrupts as well', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'One two three four'), audio('r1', 4000), end('r1'));
    call.sent();
    call.provider(5000, userSpeaks);
    expect(call.sent().slice(0, 2)).toEqual([
      { t: 'interruption', at: 'assistant', turn: 'a1' },
      {
        t: 'transcript',
        role: 'assistant',
        text: 'One two three',
        final: true,
        turn: 'a1',
        startMs: 1000,
        interrupted: true,
      },
    ]);
    expect(call.commands).toEqual([
      { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'r1-item', heardMs: 3000, totalMs: 4000 }] },
    ]);
  });

  test('[BI9] speech after the audio has been played interrupts nothing', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000), end('r1'));
    call.conversation.wake(3000);
    call.sent();
    call.provider(3001, userSpeaks);
    expect(call.sent()).toEqual([{ t: 'speech', role: 'user', state: 'started', turn: 'u1' }]);
    expect(call.commands).toEqual([]);
  });

  test('[BI9] a playback report of the whole turn ends it before the estimate does', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 3000), end('r1'));
    call.client(2500, { t: 'playback', turn: 'a1', playedMs: 3000 });
    call.sent();
    call.provider(2600, userSpeaks);
    expect(call.sent()).toEqual([{ t: 'speech', role: 'user', state: 'started', turn: 'u1' }]);
  });

  test('[BI7] a client that reports playback is given 250 ms, and its word counts', () => {
    const call = startConversation({ graceMs: 250 });
    call.provider(2000, start('r1'), says('r1', 'One two three four'), audio('r1', 4000), end('r1'));
    call.provider(5000, userSpeaks);
    expect(call.commands).toEqual([]);
    expect(call.conversation.wakeAtMs).toBe(5250);
    call.sent();
    call.client(5100, { t: 'playback', turn: 'a1', playedMs: 2100 });
    expect(call.commands).toEqual([
      { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'r1-item', heardMs: 2100, totalMs: 4000 }] },
    ]);
    expect(call.sent()).toEqual([
      {
        t: 'transcript',
        role: 'assistant',
        text: 'One two',
        final: true,
        turn: 'a1',
        startMs: 1000,
        interrupted: true,
      },
    ]);
    call.client(5200, { t: 'playback', turn: 'a1', playedMs: 4000 });
    call.conversation.wake(5250);
    expect(call.sent()).toEqual([]);
    expect(call.commands).toHaveLength(1);
  });

  test('[BI7] without a report the estimate counts once the grace is over', () => {
    const call = startConversation({ graceMs: 250 });
    call.provider(2000, start('r1'), audio('r1', 4000), end('r1'));
    call.provider(5000, userSpeaks);
    call.conversation.wake(5250);
    expect(call.commands).toEqual([
      { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'r1-item', heardMs: 3000, totalMs: 4000 }] },
    ]);
  });

  test('[BI5] no report counts for more than was delivered', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 400, 'i1'), audio('r1', 600, 'i2'));
    call.client(2500, { t: 'interrupt', playedMs: 99_999 });
    expect(call.commands).toEqual([{ type: 'response-cancel', responseId: 'r1' }]);
    call.provider(2600, end('r1', 'cancelled'));
    expect(call.sent().at(-1)).toMatchObject({ final: true, interrupted: true });
  });

  test('[BI5][BI6] what was heard is spread over the items of a response, in order', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'Let me look.', 'i1'), audio('r1', 400, 'i1'));
    call.provider(2001, says('r1', 'It is sold out.', 'i2'), audio('r1', 600, 'i2'));
    call.sent();
    call.client(2100, { t: 'interrupt', playedMs: 700 });
    expect(call.commands).toEqual([
      { type: 'response-cancel', responseId: 'r1' },
      {
        type: 'response-truncate',
        responseId: 'r1',
        items: [
          { itemId: 'i1', heardMs: 400, totalMs: 400 },
          { itemId: 'i2', heardMs: 300, totalMs: 600 },
        ],
      },
    ]);
    call.provider(2200, end('r1', 'cancelled'));
    expect(call.sent().at(-1)).toMatchObject({
      t: 'transcript',
      text: 'Let me look. It is',
      final: true,
      interrupted: true,
    });
  });

  test('[BI6] a provider that cannot truncate is told nothing', () => {
    const call = startConversation({ capabilities: { truncate: false } });
    call.provider(2000, start('r1'), audio('r1', 4000), end('r1'));
    call.provider(3000, userSpeaks);
    expect(call.commands).toEqual([]);
    expect(call.sent()).toContainEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
  });

  test('[BI1] a provider that only says that it was interrupted is believed', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 4000));
    call.sent();
    call.provider(3000, { type: 'response-interrupt' }, audio('r1', 100));
    expect(call.sent().filter((frame) => 'audioMs' in frame || frame.t === 'interruption')).toEqual([
      { t: 'interruption', at: 'assistant', turn: 'a1' },
    ]);
  });

  test('[BI2] an answer that had not begun to sound when the user spoke stays silent', () => {
    const call = startConversation();
    call.provider(2000, start('r1'));
    call.provider(2100, userSpeaks, audio('r1', 100), end('r1', 'cancelled'));
    expect(call.sent()).toEqual([{ t: 'speech', role: 'user', state: 'started', turn: 'u1' }]);
  });
});

describe('text that comes after a cut', () => {
  const finalsOf = (call: ReturnType<typeof startConversation>): unknown[] =>
    call.finals.map(({ turn, text, interrupted }) => [turn, text, interrupted]);

  test('[TR5] belongs to the final as far as its audio was heard', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000));
    call.provider(2500, userSpeaks);
    expect(call.finals).toEqual([]);
    expect(call.commands).toHaveLength(1);
    call.provider(2700, says('r1', 'One two three four'), end('r1', 'cancelled'));
    expect(finalsOf(call)).toEqual([['a1', 'One two', true]]);
  });

  test('[TR5] is shared out over all audio that was generated, also what came too late to be delivered', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000), says('r1', 'One two '));
    call.provider(2500, userSpeaks, audio('r1', 1000), says('r1', 'three four'), audio('r1', 500, 'i2'));
    call.provider(2600, says('r1', 'five six', 'i2'), end('r1', 'cancelled'));
    expect(finalsOf(call)).toEqual([['a1', 'One', true]]);
    expect(call.commands).toEqual([
      { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'r1-item', heardMs: 500, totalMs: 1000 }] },
    ]);
  });

  test('[TR5] [BI7] is waited for beside the report of the client, whichever takes longer', () => {
    const call = startConversation({ graceMs: 250 });
    call.provider(2000, start('r1'), audio('r1', 1000));
    call.provider(2500, userSpeaks, says('r1', 'One two three four'), end('r1', 'cancelled'));
    expect(call.finals).toEqual([]);
    call.client(2600, { t: 'playback', turn: 'a1', playedMs: 250 });
    expect(finalsOf(call)).toEqual([['a1', 'One', true]]);
    call.provider(3000, start('r2'), audio('r2', 1000));
    call.provider(3500, userSpeaks);
    call.client(3600, { t: 'playback', turn: 'a2', playedMs: 250 });
    expect(call.finals).toHaveLength(1);
    call.provider(3700, says('r2', 'One two three four'), end('r2', 'cancelled'));
    expect(finalsOf(call)[1]).toEqual(['a2', 'One', true]);
  });

  test('[TR5] is waited for a second, of a provider that goes on', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000), says('r1', 'One two'));
    call.provider(2500, userSpeaks);
    expect(call.conversation.wakeAtMs).toBe(3500);
    call.conversation.wake(3499);
    expect(call.finals).toEqual([]);
    call.conversation.wake(3500);
    expect(finalsOf(call)).toEqual([['a1', 'One', true]]);
    call.sent();
    call.provider(3600, says('r1', ' three'), audio('r1', 100), end('r1', 'cancelled'));
    expect(call.sent()).toEqual([]);
    expect(call.conversation.wakeAtMs).toBeUndefined();
  });

  test('[TR5] is not waited for where nothing was heard, nor where none was cut from its audio', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000), says('r1', 'One two'));
    call.client(2500, { t: 'interrupt', playedMs: 0 });
    expect(finalsOf(call)).toEqual([['a1', '', true]]);
    call.provider(3000, start('r2'), says('r2', 'In writing'));
    call.client(3100, { t: 'interrupt' });
    expect(finalsOf(call)[1]).toEqual(['a2', 'In writing', true]);
  });

  test('[TR5] is not waited for any longer when the session ends', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000), says('r1', 'One two'));
    call.provider(2500, userSpeaks);
    expect(call.conversation.unfinished(2600)).toMatchObject([{ text: 'One' }]);
    call.conversation.finish(2600);
    expect(finalsOf(call)).toEqual([['a1', 'One', true]]);
    expect(call.conversation.unfinished(2600)).toEqual([]);
  });

  test('[TR5] is in the one final also where the server names the items of texts and of audio apart', () => {
    const call = startConversation();
    call.provider(
      2000,
      start('r1'),
      audio('r1', 1000, 'audio'),
      says('r1', 'One two ', 't1'),
      says('r1', 'three four', 't2'),
    );
    call.provider(2500, userSpeaks, end('r1', 'cancelled'));
    expect(finalsOf(call)).toEqual([['a1', 'One two', true]]);
  });

  test('[BI9] [TR5] of an answer that was played to its end belongs to it whole, and nothing was interrupted', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 300));
    call.sent();
    call.provider(3200, userSpeaks);
    expect(call.sent()).toEqual([
      { t: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' },
      { t: 'speech', role: 'user', state: 'started', turn: 'u1' },
    ]);
    call.provider(3300, says('r1', 'All of it.'), end('r1'));
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'assistant', text: 'All of it.', final: true, turn: 'a1', startMs: 1000 },
    ]);
    expect(call.commands).toEqual([]);
  });
});

describe('[BI9] speech while a response goes on of which all so far was played', () => {
  const played = (): ReturnType<typeof startConversation> => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'One two'), audio('r1', 500));
    call.sent();
    return call;
  };

  test('cuts nothing, and the rest that the provider does not say was interrupted', () => {
    const call = played();
    call.provider(2700, userSpeaks, end('r1', 'cancelled'));
    expect(call.sent()).toEqual([
      { t: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' },
      { t: 'speech', role: 'user', state: 'started', turn: 'u1' },
      {
        t: 'transcript',
        role: 'assistant',
        text: 'One two',
        final: true,
        turn: 'a1',
        startMs: 1000,
        interrupted: true,
      },
    ]);
    expect(call.commands).toEqual([]);
  });

  test('so is what the provider says nevertheless: it is not delivered', () => {
    const call = played();
    call.provider(2700, userSpeaks, audio('r1', 500), says('r1', ' three four'), end('r1'));
    expect(call.sent().filter((frame) => 'audioMs' in frame)).toEqual([]);
    expect(call.finals).toMatchObject([{ text: 'One two', interrupted: true }]);
  });

  test('and what has not ended a second later', () => {
    const call = played();
    call.provider(2700, userSpeaks);
    call.conversation.wake(3700);
    expect(call.finals).toMatchObject([{ text: 'One two', interrupted: true }]);
  });

  test('cuts it within 200 ms of its end, since a provider in real time leaves gaps', () => {
    const call = played();
    call.provider(2699, userSpeaks, end('r1', 'cancelled'));
    expect(call.sent()[0]).toEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
  });

  test('cuts nothing as soon as the client reports all of it as played', () => {
    const call = played();
    call.client(2100, { t: 'playback', turn: 'a1', playedMs: 500 });
    call.provider(2110, userSpeaks, end('r1'));
    expect(call.sent().map((frame) => 't' in frame && frame.t)).toEqual(['speech', 'speech', 'transcript']);
    expect(call.finals).toMatchObject([{ text: 'One two', interrupted: false }]);
  });

  test('but not when more came after that report', () => {
    const call = played();
    call.client(2100, { t: 'playback', turn: 'a1', playedMs: 500 });
    call.provider(2110, audio('r1', 100));
    call.provider(2300, userSpeaks);
    expect(call.sent()).toContainEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
  });

  test('a typed message stops it at the provider', () => {
    const call = played();
    call.client(2700, { t: 'text', text: 'Wait.' });
    expect(call.commands).toEqual([
      { type: 'response-cancel', responseId: 'r1' },
      { type: 'text-append', text: 'Wait.' },
    ]);
    expect(call.sent().map((frame) => 't' in frame && frame.t)).toEqual(['speech', 'transcript']);
  });

  test('[BI3] an interrupt names the turn, since it stops what was still to come', () => {
    const call = played();
    call.client(2900, { t: 'interrupt' });
    call.provider(3000, end('r1'));
    expect(call.sent()[0]).toEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
    expect(call.finals).toMatchObject([{ text: 'One two', interrupted: true }]);
  });
});

describe('an answer that the provider breaks off', () => {
  test('[TR10] says why on its final, which comes when what there is of it was played', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'I was about to'), audio('r1', 100), brokenOff('r1', 'content_filter'));
    call.sent();
    call.conversation.wake(2100);
    expect(call.sent()).toEqual([
      {
        t: 'transcript',
        role: 'assistant',
        text: 'I was about to',
        final: true,
        turn: 'a1',
        startMs: 1000,
        incomplete: 'content_filter',
      },
    ]);
    expect(call.finals).toEqual([
      {
        turn: 'a1',
        role: 'assistant',
        text: 'I was about to',
        interrupted: false,
        incomplete: 'content_filter',
        startMs: 1000,
        atMs: 1100,
      },
    ]);
  });

  test('[TR2] [TR10] has a final also where nothing of it was said', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), brokenOff('r1', 'max_output_tokens'));
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'assistant', text: '', final: true, turn: 'a1', incomplete: 'max_output_tokens' },
    ]);
  });

  test('[TR10] and was cut while it played is both', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), says('r1', 'One two'), audio('r1', 400), brokenOff('r1', 'content_filter'));
    call.provider(2100, userSpeaks);
    expect(call.finals).toMatchObject([{ interrupted: true, incomplete: 'content_filter' }]);
  });

  test('[TR10] without a reason says "unknown", and a long one is shortened to 128 bytes', () => {
    const call = startConversation();
    for (const [index, reason] of [undefined, ' ', 'x'.repeat(5000)].entries())
      call.provider(2000, start(`r${index}`), brokenOff(`r${index}`, reason));
    expect(call.finals.map(({ incomplete }) => incomplete)).toEqual(['unknown', 'unknown', 'x'.repeat(128)]);
  });

  test.each(['completed', 'cancelled', 'failed'] as const)('[TR10] one that is %s says nothing of it', (status) => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 20), { type: 'response-end', responseId: 'r1', status, reason: 'x' });
    call.conversation.wake(2020);
    expect(call.finals).toHaveLength(1);
    expect(call.finals[0]).not.toHaveProperty('incomplete');
  });
});

describe('interrupt', () => {
  test('[BI3] with nothing to cut it is answered by one interruption without a turn', () => {
    const call = startConversation();
    call.client(2000, { t: 'interrupt' });
    expect(call.sent()).toEqual([{ t: 'interruption', at: 'assistant' }]);
    expect(call.commands).toEqual([]);
  });

  test('[BI3][BI4] it cancels the response and nothing of it is delivered afterwards', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 100));
    call.sent();
    call.client(2050, { t: 'interrupt' });
    call.provider(2060, audio('r1', 100), says('r1', 'late'), end('r1', 'cancelled'));
    expect(call.sent()).toEqual([
      { t: 'interruption', at: 'assistant', turn: 'a1' },
      { t: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' },
      { t: 'transcript', role: 'assistant', text: '', final: true, turn: 'a1', startMs: 1000, interrupted: true },
    ]);
    expect(call.commands[0]).toEqual({ type: 'response-cancel', responseId: 'r1' });
  });

  test('[BI4] where the provider cannot cancel, the rest is discarded here', () => {
    const call = startConversation({ capabilities: { interrupt: false, truncate: false } });
    call.provider(2000, start('r1'), audio('r1', 100));
    call.client(2050, { t: 'interrupt' });
    call.sent();
    call.provider(2060, audio('r1', 100), end('r1'));
    expect(call.sent()).toEqual([
      { t: 'transcript', role: 'assistant', text: '', final: true, turn: 'a1', startMs: 1000, interrupted: true },
    ]);
    expect(call.commands).toEqual([]);
  });

  test('[BI3] an answer that was asked for but has not begun is cancelled when it begins', () => {
    const call = startConversation({ manual: true });
    call.client(2000, { t: 'control', action: 'commit' });
    call.client(2010, { t: 'interrupt' });
    call.provider(2100, start('r1'), audio('r1', 100));
    expect(call.sent()).toEqual([{ t: 'interruption', at: 'assistant' }]);
    expect(call.commands).toEqual([{ type: 'audio-commit' }, { type: 'response-cancel', responseId: 'r1' }]);
  });

  test('[BI3] the answer to the next question is not cancelled by an old interrupt', () => {
    const call = startConversation({ manual: true });
    call.client(2000, { t: 'control', action: 'commit' });
    call.client(2010, { t: 'interrupt' });
    call.client(2020, { t: 'control', action: 'commit' });
    call.provider(2100, start('r1'), audio('r1', 100));
    expect(call.sent()).toContainEqual({ audioMs: 100 });
  });
});

test('[BI3] a greeting that has not begun is cancelled when it begins', () => {
  const call = startConversation({ hasFirstMessage: true });
  call.client(1100, { t: 'interrupt' });
  call.provider(1200, start('r1'), audio('r1', 100));
  expect(call.commands).toEqual([{ type: 'response-cancel', responseId: 'r1' }]);
});

test('[BI3] an interrupt while the model waits for another tool result cancels no later answer', () => {
  const call = startConversation();
  const toolCall = { type: 'tool-call', name: 'find', arguments: '{}' } as const;
  call.provider(2000, { ...toolCall, callId: 'c1' }, { ...toolCall, callId: 'c2' });
  call.client(2100, { t: 'tool_result', callId: 'c1', output: 'a' });
  call.client(2200, { t: 'interrupt' });
  call.client(2300, { t: 'tool_result', callId: 'c2', output: 'b' });
  call.sent();
  call.provider(2400, start('r1'), audio('r1', 100));
  expect(call.sent()).toContainEqual({ audioMs: 100 });
});

test('[BI3] a question that was never answered makes no interrupt cancel an answer of much later', () => {
  const call = startConversation();
  call.client(2000, { t: 'control', action: 'commit' });
  call.client(13_000, { t: 'interrupt' });
  call.provider(14_000, start('r1'), audio('r1', 100));
  expect(call.sent()).toContainEqual({ audioMs: 100 });
});

test('[EN5][TR5] a reply whose connection was lost counts as said while it plays; its final ends with its last word', () => {
  const call = startConversation();
  call.provider(
    2000,
    { type: 'response-start', responseId: 'r1' },
    { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'One two ' },
    { type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: new Uint8Array(48_000) },
    { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'connection_lost' },
  );
  expect(call.conversation.unfinished(2500)).toMatchObject([{ role: 'assistant', text: 'One two' }]);
  call.conversation.wake(3000);
  expect(call.finals).toMatchObject([{ turn: 'a1', text: 'One two', interrupted: true }]);
  expect(call.conversation.unfinished(3000)).toEqual([]);
});

test('[TR5] a reply in text alone that is cut keeps what had been said', () => {
  const call = startConversation();
  call.provider(2000, start('r1'), says('r1', 'In writing.'));
  call.sent();
  call.client(2100, { t: 'interrupt' });
  expect(call.sent().at(-1)).toEqual({
    t: 'transcript',
    role: 'assistant',
    text: 'In writing.',
    final: true,
    turn: 'a1',
    interrupted: true,
  });
});

describe('turns without speech detection', () => {
  test('[CF5] a commit with no audio since the last turn does nothing', () => {
    const call = startConversation({ manual: true });
    call.client(2000, { t: 'control', action: 'commit' }, false);
    expect(call.commands).toEqual([]);
    expect(call.sent()).toEqual([]);
  });

  test('[CF5] a commit takes all audio before it, whoever asked for it: one right after it does nothing', () => {
    const call = startConversation();
    call.client(2000, { t: 'control', action: 'commit' });
    call.client(2100, { t: 'control', action: 'end_turn' }, false);
    expect(call.commands).toEqual([{ type: 'audio-commit' }]);
    call.conversation.audioReceived();
    call.provider(2200, { type: 'input-commit', turnId: 'user-item' });
    call.client(2300, { t: 'control', action: 'commit' }, false);
    expect(call.commands).toEqual([{ type: 'audio-commit' }]);
    call.client(2400, { t: 'control', action: 'commit' });
    expect(call.commands).toEqual([{ type: 'audio-commit' }, { type: 'audio-commit' }]);
  });

  test('[CF4][BI8] in a manual session a commit with audio interrupts the assistant, then asks', () => {
    const call = startConversation({ manual: true });
    call.provider(2000, start('r1'), audio('r1', 1000));
    call.sent();
    call.client(2500, { t: 'control', action: 'end_turn' });
    expect(call.sent()[0]).toEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
    expect(call.commands.map((command) => command.type)).toEqual([
      'response-cancel',
      'response-truncate',
      'audio-commit',
    ]);
  });

  test('[CF7][BI8] a typed message is a user turn, and interrupts the assistant', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 1000), end('r1'));
    call.sent();
    call.client(2500, { t: 'text', text: 'Wait.' });
    expect(call.sent()).toEqual([
      { t: 'interruption', at: 'assistant', turn: 'a1' },
      { t: 'transcript', role: 'assistant', text: '', final: true, turn: 'a1', startMs: 1000, interrupted: true },
      { t: 'transcript', role: 'user', text: 'Wait.', final: true, turn: 'u1', startMs: 1500 },
    ]);
    expect(call.commands.map((command) => command.type)).toEqual(['response-truncate', 'text-append']);
  });

  test('[BI7] a new turn does not wait for the grace: the provider learns what was heard before it is asked', () => {
    const call = startConversation({ graceMs: 250 });
    call.provider(2000, start('r1'), audio('r1', 1000), end('r1'));
    call.client(2400, { t: 'text', text: 'Wait.' });
    expect(call.commands.map((command) => command.type)).toEqual(['response-truncate', 'text-append']);
  });

  test('[CF6] clear reaches the provider', () => {
    const call = startConversation();
    call.client(2000, { t: 'control', action: 'clear' });
    expect(call.commands).toEqual([{ type: 'audio-clear' }]);
  });

  test.each([
    ['does nothing', true, ['audio-clear']],
    ['finds the audio still there where the provider cannot drop it', false, ['audio-clear', 'audio-commit']],
  ])('[CF6] a commit right after a clear %s', (_title, clear, commands) => {
    const call = startConversation({ capabilities: { clear } });
    call.client(2000, { t: 'control', action: 'clear' });
    call.client(2000, { t: 'control', action: 'commit' }, false);
    expect(call.commands.map((command) => command.type)).toEqual(commands);
  });

  test('[CF8] ping is answered by pong with the same id', () => {
    const call = startConversation();
    call.client(2000, { t: 'ping', id: 7 });
    expect(call.sent()).toEqual([{ t: 'pong', id: 7 }]);
  });
});

describe('tools', () => {
  const toolCall: SessionEvent = { type: 'tool-call', callId: 'c1', name: 'find', arguments: '{"q":1}' };

  test('[TL1][TL2] a call reaches the client once, and its result the provider', () => {
    const call = startConversation();
    call.provider(2000, toolCall);
    call.client(2100, { t: 'tool_result', callId: 'c1', output: 'found' });
    expect(call.sent()).toEqual([{ t: 'tool_call', callId: 'c1', name: 'find', arguments: '{"q":1}' }]);
    expect(call.commands).toEqual([{ type: 'tool-result', callId: 'c1', output: 'found' }]);
  });

  test('[TL6] [SF9] one that no message can hold is answered to the model, and told to the client', () => {
    const call = startConversation();
    const most = 1_048_576 - 100 - 'c1'.length - 'find'.length;
    call.provider(2000, { ...toolCall, arguments: 'x'.repeat(most) });
    expect(call.sent()).toMatchObject([{ t: 'tool_call' }]);
    call.provider(2000, { ...toolCall, callId: 'c2', arguments: '\u0001'.repeat(most / 6 + 1) });
    expect(call.sent()).toEqual([
      {
        t: 'error',
        code: 'BAD_TOOL_CALL',
        message: 'A tool call is longer than a message may be, which is 1048576 bytes; the model was told so.',
      },
    ]);
    expect(call.commands).toEqual([
      {
        type: 'tool-result',
        callId: 'c2',
        output: '{"error":"The arguments are too long. Call the tool with less than a megabyte of them."}',
      },
    ]);
  });

  test('[TL3] unknown, answered and withdrawn calls get UNKNOWN_TOOL_CALL and a reason', () => {
    const call = startConversation();
    call.provider(2000, toolCall, { ...toolCall, callId: 'c2' }, { type: 'tool-cancel', callId: 'c2' });
    call.sent();
    call.client(2100, { t: 'tool_result', callId: 'c1', output: 'a' });
    for (const callId of ['c1', 'c2', 'c3']) call.client(2200, { t: 'tool_result', callId, output: 'b' });
    expect(call.sent()).toEqual([
      {
        t: 'error',
        code: 'UNKNOWN_TOOL_CALL',
        message: 'Tool call "c1" already has its result; send one tool_result per call.',
      },
      {
        t: 'error',
        code: 'UNKNOWN_TOOL_CALL',
        message: 'Tool call "c2" was cancelled by the provider; its result is no longer needed.',
      },
      {
        t: 'error',
        code: 'UNKNOWN_TOOL_CALL',
        message: 'No tool call "c3" was made in this session; send the callId of a tool_call frame.',
      },
    ]);
    expect(call.commands).toHaveLength(1);
  });

  test('[TL4] a call stays open across an interruption', () => {
    const call = startConversation();
    call.provider(2000, start('r1'), audio('r1', 500), toolCall);
    call.client(2100, { t: 'interrupt' });
    call.client(2200, { t: 'tool_result', callId: 'c1', output: 'late' });
    expect(call.commands.at(-1)).toEqual({ type: 'tool-result', callId: 'c1', output: 'late' });
  });
});

test('[TR2][TR4] when the session ends, every turn that is open gets its final text, as far as it was heard', () => {
  const call = startConversation({ graceMs: 250 });
  call.provider(2000, { type: 'transcript-delta', role: 'user', turnId: 'x', delta: 'Tell me' });
  call.provider(2100, start('r1'), says('r1', 'One two three four'), audio('r1', 1000));
  call.sent();
  call.conversation.finish(2600);
  expect(call.finals).toEqual([
    { turn: 'u1', role: 'user', text: 'Tell me', interrupted: false, startMs: 1000, atMs: 1600 },
    { turn: 'a1', role: 'assistant', text: 'One two', interrupted: true, startMs: 1100, atMs: 1600 },
  ]);
});

describe('[SF9] every message fits 1 MiB, whatever a provider says', () => {
  /** The longest there was of each kind. */
  function longest(frames: readonly (ServerFrame | { audioMs: number })[]): Record<string, number> {
    const bytes: Record<string, number> = {};
    for (const frame of frames)
      if ('t' in frame) bytes[frame.t] = Math.max(bytes[frame.t] ?? 0, Buffer.byteLength(encodeServerFrame(frame)));
    return bytes;
  }

  test.each([
    ['control characters', '\u0001'],
    ['quotation marks', '"'],
    ['three bytes', '€'],
    ['halves of pairs', '\ud83c'],
  ])('texts of %s', (_title, character) => {
    const call = startConversation();
    const text = character.repeat(1_000_000);
    call.provider(0, start('r1'), says('r1', text), audio('r1', 20));
    call.provider(0, { type: 'transcript-delta', role: 'user', turnId: 'u', delta: text });
    call.provider(0, { type: 'transcript-replace', role: 'user', turnId: 'v', text });
    call.provider(0, { type: 'transcript-end', role: 'user', turnId: 'w', text }, end('r1'));
    call.conversation.wake(20);
    const { transcript } = longest(call.sent());
    expect(transcript).toBeGreaterThan(200_000);
    expect(transcript).toBeLessThan(525_000);
  });

  test('names of tools that the provider runs', () => {
    const call = startConversation();
    call.provider(0, { type: 'server-tool', callId: 'c', name: '"'.repeat(1_000_000), status: 'started' });
    expect(longest(call.sent())).toEqual({ server_tool_call: 574 });
  });
});

test('[JS2] half of a character waits for the other, and ends as U+FFFD where none comes', () => {
  const call = startConversation();
  call.provider(0, start('r1'), says('r1', 'Sun \ud83c'));
  call.provider(50, says('r1', '\udf89'));
  call.provider(100, says('r1', ' and \ud83c'), end('r1'));
  call.provider(200, { type: 'transcript-end', role: 'user', turnId: 'u', text: 'Rain \ud83c' });
  expect(call.sent()).toMatchObject([
    { text: 'Sun ', delta: 'Sun ' },
    { text: 'Sun 🎉', delta: '🎉' },
    { text: 'Sun 🎉 and ', delta: ' and ' },
    { text: 'Sun 🎉 and \ufffd', final: true },
    { text: 'Rain \ufffd', final: true },
  ]);
});

describe('a provider without measure', () => {
  test('[TR8] the text of a turn ends at 256 KiB, of either role', () => {
    const call = startConversation();
    call.provider(1000, userSpeaks, start('r1'));
    for (let piece = 0; piece < 300; piece++) {
      call.provider(1000, says('r1', 'x'.repeat(1000)));
      call.provider(1000, { type: 'transcript-delta', role: 'user', turnId: 'user-item', delta: '€'.repeat(1000) });
    }
    call.provider(1000, { type: 'transcript-replace', role: 'user', turnId: 'other', text: '€'.repeat(100_000) });
    call.conversation.finish(400_000);
    expect(call.finals.map(({ role, text }) => [role, Buffer.byteLength(text)])).toEqual([
      ['user', 262_143],
      ['user', 262_143],
      ['assistant', 262_144],
    ]);
  });

  test('[TR2] user turns that are begun without end: the latest 1,000 are waited for, those before have their final', () => {
    const call = startConversation();
    for (let turn = 1; turn <= 1001; turn++) {
      call.provider(turn, { type: 'transcript-delta', role: 'user', turnId: `q${turn}`, delta: `Question ${turn}` });
    }
    expect(call.finals.map(({ text }) => text)).toEqual(['Question 1']);
    call.provider(2000, { type: 'transcript-end', role: 'user', turnId: 'q2', text: 'Question two' });
    expect(call.finals.at(-1)?.text).toBe('Question two');
  });

  test('[SF6] [TR2] responses that are begun and never ended: the oldest of 256 is taken for over', () => {
    const call = startConversation();
    for (let response = 1; response <= 257; response++) {
      call.provider(1000 + response, start(`r${response}`), says(`r${response}`, 'Well'), audio(`r${response}`, 20));
    }
    expect(call.finals.map(({ turn }) => turn)).toEqual(['a1']);
    const stopped = call.sent().filter((frame) => 't' in frame && frame.t === 'speech' && frame.state === 'stopped');
    expect(stopped).toEqual([{ t: 'speech', role: 'assistant', state: 'stopped', turn: 'a1' }]);
  });

  test('[TR5] items that change with every piece of audio are counted as one after 1,000', () => {
    const call = startConversation();
    call.provider(0, start('r1'));
    for (let piece = 0; piece < 3000; piece++) call.provider(0, audio('r1', 20, `item ${piece}`));
    call.client(10_000, { t: 'interrupt' });
    const truncate = call.commands.find(({ type }) => type === 'response-truncate');
    expect(truncate).toMatchObject({ items: { length: 1000 } });
  });
});

describe('[TR7] a partial that waits goes out', () => {
  const told = (frames: readonly (ServerFrame | { audioMs: number })[]): string[] =>
    frames.map((frame) => ('t' in frame ? (frame.t === 'transcript' ? frame.text : frame.t) : 'audio'));

  test('before tool_call', () => {
    const call = startConversation();
    call.provider(0, start('r1'), says('r1', 'Let me'), says('r1', ' look.'));
    call.provider(0, { type: 'tool-call', responseId: 'r1', callId: 'c1', name: 'look', arguments: '{}' });
    expect(told(call.sent())).toEqual(['Let me', 'Let me look.', 'tool_call']);
  });

  test('before interruption, by the user and by the client', () => {
    const call = startConversation();
    call.provider(0, start('r1'), says('r1', 'It'), audio('r1', 400), says('r1', ' is'), userSpeaks);
    expect(told(call.sent())).toEqual(['It', 'speech', 'audio', 'It is', 'interruption', 'speech', '', 'speech']);
    call.provider(100, start('r2'), says('r2', 'So'), audio('r2', 400), says('r2', ' what'));
    call.client(110, { t: 'interrupt' });
    call.provider(120, end('r2', 'cancelled'));
    expect(told(call.sent())).toEqual(['So', 'speech', 'audio', 'So what', 'interruption', 'speech', '']);
  });

  test('before speech stopped, of either role, and before the final', () => {
    const call = startConversation();
    const heard = (delta: string): SessionEvent => ({
      type: 'transcript-delta',
      role: 'user',
      turnId: 'user-item',
      delta,
    });
    call.provider(0, userSpeaks, heard('What'), heard(' time'), { type: 'speech-end', turnId: 'user-item' });
    expect(told(call.sent())).toEqual(['speech', 'What', 'What time', 'speech']);
    call.provider(10, heard(' is'), {
      type: 'transcript-end',
      role: 'user',
      turnId: 'user-item',
      text: 'What time is it?',
    });
    expect(told(call.sent())).toEqual(['What time is', 'What time is it?']);
    call.provider(100, start('r1'), says('r1', 'It'), audio('r1', 20), says('r1', ' is four.'), end('r1'));
    expect(told(call.sent())).toEqual(['It', 'speech', 'audio', 'It is four.', 'speech']);
  });

  test('50 ms after the last one, if nothing else happens', () => {
    const call = startConversation();
    call.provider(0, start('r1'), says('r1', 'It'), says('r1', ' is'));
    expect(call.conversation.wakeAtMs).toBe(50);
    call.conversation.wake(50);
    expect(told(call.sent())).toEqual(['It', 'It is']);
  });
});
