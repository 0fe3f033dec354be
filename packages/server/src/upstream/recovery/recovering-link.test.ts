import type { HistoryItem, SessionCommand, SessionContinuation, SessionEvent } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fake-clock.ts';
import type { ProviderConnection } from '../connection/provider-link.ts';
import { EventOutlet } from '../event-outlet.ts';
import { RecoveringLink } from './recovering-link.ts';

const ready: SessionEvent = { type: 'session-ready', ignored: [] };
const lost: SessionEvent = {
  type: 'provider-error',
  code: 'CONNECTION_LOST',
  message: 'gone',
  fatal: true,
  retryable: true,
};
const refused: SessionEvent = {
  type: 'provider-error',
  code: 'AUTH_FAILED',
  message: 'no',
  fatal: true,
  retryable: false,
};
/** The beginning of an answer. */
const answer: readonly SessionEvent[] = [
  { type: 'response-start', responseId: 'r1' },
  { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'It' },
];
const chunk = (value: number): Uint8Array => new Uint8Array(960).fill(value);

interface FakeConnection {
  readonly continuation: SessionContinuation | undefined;
  readonly audio: number[];
  readonly commands: SessionCommand[];
  /** Both together, commands by their type. */
  readonly order: (number | string)[];
  closed: boolean;
  isPaused: boolean;
  /** What the codec says at the end. */
  last: SessionEvent[];
  /** Whether nothing is left of it as soon as it is closed; if not, `gone` ends it. */
  goesAtOnce: boolean;
  gone(): void;
  emit(...events: SessionEvent[]): void;
}

function startLink(
  options: {
    hasFirstMessage?: boolean;
    manual?: boolean;
    lingers?: boolean;
    maxHeldAudioMs?: number;
    history?: readonly HistoryItem[];
    predialed?: boolean;
  } = {},
) {
  const clock = new FakeClock();
  const connections: FakeConnection[] = [];
  const events: SessionEvent[] = [];
  const oddEnds: number[] = [];
  let recovered = 0;
  const outlet = new EventOutlet((isPaused) => (isPaused ? link.pause() : link.resume()));
  const link = new RecoveringLink({
    dial(listener, continuation): ProviderConnection {
      const connection: FakeConnection = {
        continuation,
        audio: [],
        commands: [],
        order: [],
        closed: false,
        isPaused: false,
        last: [],
        goesAtOnce: options.lingers !== true,
        gone: () => {},
        emit: (...emitted) => emitted.forEach((event) => listener.event(event)),
      };
      connections.push(connection);
      return {
        audio: { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
        bufferedBytes: 0,
        failed: undefined,
        start() {},
        appendAudio(pcm) {
          for (let at = 0; at < pcm.byteLength; at += 960) {
            connection.audio.push(pcm[at] ?? 0);
            connection.order.push(pcm[at] ?? 0);
          }
        },
        send(command) {
          connection.commands.push(command);
          connection.order.push(command.type);
          return { type: 'ok' };
        },
        pause: () => (connection.isPaused = true),
        resume: () => (connection.isPaused = false),
        close(whenGone = () => {}) {
          connection.closed = true;
          connection.gone = whenGone;
          if (connection.goesAtOnce) whenGone();
          return connection.last.splice(0);
        },
      };
    },
    listener: outlet,
    history: () => options.history ?? [],
    clock,
    hasFirstMessage: options.hasFirstMessage === true,
    manualTurns: options.manual === true,
    maxHeldAudioMs: options.maxHeldAudioMs ?? 1000,
    onRecovered: (count) => (recovered = count),
    onOddEnd: (expiresAtMs) => oddEnds.push(expiresAtMs),
  });
  link.start();
  const listen = (): void =>
    outlet.listen({
      event: (event) => events.push(event),
      fault: (error) => {
        throw error;
      },
    });
  if (options.predialed !== true) listen();
  const connection = (index: number): FakeConnection => {
    const found = connections[index];
    if (found === undefined) throw new Error(`only ${connections.length} connections were dialled`);
    return found;
  };
  return { link, outlet, listen, clock, connections, connection, events, oddEnds, recovered: () => recovered };
}

describe('a connection that breaks', () => {
  test('[EN5] is replaced with the newest handle and the history, and the session sees one ready only', () => {
    const history: HistoryItem[] = [{ type: 'message', role: 'user', text: 'Hello.' }];
    const call = startLink({ history });
    call.connection(0).emit(ready, { type: 'resumption-update', handle: 'h1', resumable: true });
    call.connection(0).emit({ type: 'resumption-update', handle: 'h2', resumable: true }, lost);
    call.clock.advance(0);
    expect(call.connection(0).closed).toBe(true);
    expect(call.connection(1).continuation).toEqual({ handle: 'h2', history });
    call.connection(1).emit(ready);
    expect(call.events).toEqual([ready]);
    expect(call.recovered()).toBe(1);
  });

  test('[EN5] what the user says meanwhile is sent on, in order with commits', () => {
    const call = startLink({ manual: true });
    call.connection(0).emit(ready, lost);
    call.link.appendAudio(chunk(1));
    call.link.send({ type: 'audio-commit' });
    call.link.appendAudio(chunk(2));
    call.clock.advance(0);
    expect(call.connection(1).audio).toEqual([]);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual([1, 2]);
    expect(call.connection(1).commands).toEqual([{ type: 'audio-commit' }]);
  });

  test('[EN5] what the provider may not have understood is said again', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    for (let value = 1; value <= 40; value++) call.link.appendAudio(chunk(value));
    call.connection(0).emit({ type: 'speech-start', turnId: 't1' });
    call.link.appendAudio(chunk(41));
    call.connection(0).emit(lost);
    call.link.appendAudio(chunk(42));
    call.clock.advance(0);
    call.connection(1).emit(ready);
    // 600 ms of lead-in are 30 chunks.
    expect(call.connection(1).audio).toEqual([...Array.from({ length: 30 }, (_, index) => index + 11), 41, 42]);
  });

  test('[EN5] a turn that is being answered is not said again', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'speech-start', turnId: 't1' });
    call.link.appendAudio(chunk(1));
    call.connection(0).emit({ type: 'speech-end', turnId: 't1' }, ...answer, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual([]);
  });

  test('[EN5] a response that has said nothing yet is no answer, nor is one that gave way to it', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'speech-start', turnId: 't1' });
    call.link.appendAudio(chunk(1));
    call
      .connection(0)
      .emit(
        { type: 'speech-end', turnId: 't1' },
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'superseded' },
        { type: 'response-start', responseId: 'r2' },
        lost,
      );
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual([1]);
  });

  test.each<[string, SessionEvent[]]>([
    ['calls a tool', [{ type: 'tool-call', callId: 'c1', name: 'find', arguments: '{}', responseId: 'r1' }]],
    ['sounds', [{ type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: chunk(9) }]],
    ['was cancelled', [{ type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'client_cancelled' }]],
  ])('[EN5] a response that %s is the answer', (_what, events) => {
    const call = startLink();
    call.connection(0).emit(ready);
    call.link.send({ type: 'text-append', text: 'Hello.' });
    call.connection(0).emit({ type: 'response-start', responseId: 'r1' }, ...events, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).commands).toEqual([]);
  });

  test.each<[string, { manual: boolean }, (call: ReturnType<typeof startLink>) => void]>([
    [
      'spoken',
      { manual: false },
      (call) => call.connection(0).emit({ type: 'speech-start', turnId: 't1' }, { type: 'speech-end', turnId: 't1' }),
    ],
    [
      'committed',
      { manual: true },
      (call) => {
        call.link.appendAudio(chunk(1));
        call.link.send({ type: 'audio-commit' });
      },
    ],
    ['typed', { manual: false }, (call) => call.link.send({ type: 'text-append', text: 'A pizza, please.' })],
  ])('[EN5] one that was %s to its end is not also in the conversation that the vendor kept', (_how, options, ask) => {
    const call = startLink(options);
    call.connection(0).emit(ready, { type: 'resumption-update', handle: 'h1', resumable: true });
    ask(call);
    call.connection(0).emit(lost);
    call.clock.advance(0);
    expect(call.connection(1).continuation).toEqual({ history: [] });
  });

  test('[EN5] a sentence that was cut off is not in that conversation, which goes on', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'resumption-update', handle: 'h1', resumable: true });
    call.connection(0).emit({ type: 'speech-start', turnId: 't1' }, lost);
    call.clock.advance(0);
    expect(call.connection(1).continuation).toEqual({ handle: 'h1', history: [] });
  });

  test('[EN5] a question that has no answer yet is asked again, and is not in the history too', () => {
    const history: HistoryItem[] = [
      { type: 'message', role: 'user', text: 'Hello.' },
      { type: 'message', role: 'assistant', text: 'Hi.' },
      { type: 'message', role: 'user', text: 'Hello.' },
    ];
    const call = startLink({ history });
    call.connection(0).emit(ready);
    call.link.send({ type: 'text-append', text: 'Hello.' });
    call.connection(0).emit(lost);
    call.clock.advance(0);
    expect(call.connection(1).continuation).toEqual({ history: history.slice(0, 2) });
    call.connection(1).emit(ready);
    expect(call.connection(1).commands).toEqual([{ type: 'text-append', text: 'Hello.' }]);
  });

  test('[EN5] what is asked while there is no connection is asked once: it is not in the history too', () => {
    const asked: HistoryItem[] = [
      { type: 'message', role: 'user', text: 'What is the weather?' },
      { type: 'tool-call', callId: 'c1', name: 'weather', arguments: '{}' },
    ];
    const meanwhile: HistoryItem[] = [
      { type: 'tool-result', callId: 'c1', output: 'sunny' },
      { type: 'message', role: 'user', text: 'In Rome.' },
    ];
    const call = startLink({ history: [...asked, ...meanwhile], lingers: true });
    call.connection(0).emit(ready, { type: 'response-start', responseId: 'r1' });
    call.connection(0).emit({ type: 'tool-call', callId: 'c1', name: 'weather', arguments: '{}' }, lost);
    call.link.send({ type: 'tool-result', callId: 'c1', output: 'sunny' });
    call.link.send({ type: 'text-append', text: 'In Rome.' });
    call.connection(0).gone();
    call.clock.advance(0);
    expect(call.connection(1).continuation).toEqual({ history: asked });
    call.connection(1).emit(ready);
    expect(call.connection(1).commands).toEqual([
      { type: 'tool-result', callId: 'c1', output: 'sunny' },
      { type: 'text-append', text: 'In Rome.' },
    ]);
  });

  test('[TL1] [EN5] a call of the next connection that has the id of one before it gets another, and its result goes back', () => {
    const call = startLink();
    const toolCall = { type: 'tool-call', name: 'weather', arguments: '{}', callId: 'call_0' } as const;
    // Withdrawn, so that no history tells the next connection of it.
    call.connection(0).emit(ready, toolCall, { type: 'tool-cancel', callId: 'call_0' }, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready, toolCall);
    call.link.send({ type: 'tool-result', callId: 'call_0_2', output: 'sunny' });
    expect(call.events.flatMap((event) => ('callId' in event ? [`${event.type} ${event.callId}`] : []))).toEqual([
      'tool-call call_0',
      'tool-cancel call_0',
      'tool-call call_0_2',
    ]);
    expect(call.connection(1).commands).toEqual([{ type: 'tool-result', callId: 'call_0', output: 'sunny' }]);
  });

  test('[EN5] a manual turn that was committed and not answered is said and committed again', () => {
    const call = startLink({ manual: true });
    call.connection(0).emit(ready);
    call.link.appendAudio(chunk(1));
    call.link.send({ type: 'audio-commit' });
    call.connection(0).emit({ type: 'input-commit', turnId: 't1' }, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual([1]);
    expect(call.connection(1).commands).toEqual([{ type: 'audio-commit' }]);
  });

  test('[EN5] a response that was open ends, and its late events are dropped', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'response-start', responseId: 'r1' }, lost, {
      type: 'audio-delta',
      responseId: 'r1',
      itemId: 'i1',
      pcm: chunk(1),
    });
    expect(call.events.slice(1)).toEqual([
      { type: 'response-start', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'connection_lost' },
    ]);
  });

  test('[TR6] ids of the new connection cannot be taken for those of the old one', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'completed' },
        lost,
      );
    call.clock.advance(0);
    call.connection(1).emit(ready, { type: 'response-start', responseId: 'r1' });
    expect(call.events.at(-1)).toEqual({ type: 'response-start', responseId: 'connection-2:r1' });
    call.link.send({ type: 'response-cancel', responseId: 'connection-2:r1' });
    call.link.send({ type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'i1', heardMs: 1, totalMs: 2 }] });
    expect(call.connection(1).commands).toEqual([{ type: 'response-cancel', responseId: 'r1' }]);
  });

  test('[EN5] it is tried four times, with growing waits, then the session learns the reason', () => {
    const call = startLink();
    call.connection(0).emit(ready, lost);
    for (const [index, waitMs] of [0, 250, 1000, 3000].entries()) {
      call.clock.advance(waitMs);
      expect(call.connections).toHaveLength(index + 2);
      call.connection(index + 1).emit(lost);
    }
    expect(call.events).toEqual([ready, lost]);
    call.clock.advance(60_000);
    expect(call.connections).toHaveLength(5);
  });

  test('[EN5] only a completed answer gives the attempts back: a refused account accepts connections too', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    for (let attempt = 0; attempt < 4; attempt++) {
      call.connection(attempt).emit(lost);
      call.clock.advance(3000);
      call.connection(attempt + 1).emit(ready);
    }
    call
      .connection(4)
      .emit(
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'completed' },
        lost,
      );
    // The speed is not given back: each connection may give one answer and die.
    call.clock.advance(2999);
    expect(call.connections).toHaveLength(5);
    call.clock.advance(1);
    expect(call.connections).toHaveLength(6);
  });

  test('[EN5] an error that a fresh connection cannot mend ends the session at once', () => {
    const call = startLink();
    call.connection(0).emit(ready, refused);
    expect(call.events).toEqual([ready, refused]);
    expect(call.connections).toHaveLength(1);
  });

  test('[ER5] a first connection that dies before it is ready is opened once more, as the first', () => {
    const call = startLink();
    call.connection(0).emit(lost);
    call.clock.advance(0);
    expect(call.events).toEqual([]);
    expect(call.link.failed).toBeUndefined();
    expect(call.connection(1).continuation).toBeUndefined();
    call.connection(1).emit(ready);
    expect(call.events).toEqual([ready]);
    expect(call.recovered()).toBe(0);
    call.link.appendAudio(chunk(1));
    expect(call.connection(1).audio).toEqual([1]);
  });

  test('[EN5] [RS11] a first message that had not begun is asked for on the next connection too', () => {
    const call = startLink({ hasFirstMessage: true });
    call.connection(0).emit(ready, { type: 'resumption-update', handle: 'h1', resumable: true }, lost);
    call.clock.advance(0);
    expect(call.connection(1).continuation).toBeUndefined();
    call.connection(1).emit(ready, { type: 'resumption-update', handle: 'h2', resumable: true });
    call.connection(1).emit(...answer, lost);
    call.clock.advance(250);
    expect(call.connection(2).continuation).toEqual({ handle: 'h2', history: [] });
    expect(call.events.filter(({ type }) => type === 'session-ready')).toEqual([ready]);
  });

  test('[EN5] [RS11] a user who speaks before the first message is answered instead of greeted', () => {
    const call = startLink({ hasFirstMessage: true });
    call.connection(0).emit(ready, { type: 'speech-start', turnId: 't1' }, lost);
    call.clock.advance(0);
    expect(call.connection(1).continuation).toEqual({ history: [] });
  });

  test('[ER5] a second connection that does not get ready either is the last', () => {
    const call = startLink();
    call.connection(0).emit(lost);
    call.clock.advance(0);
    call.connection(1).emit(lost);
    call.clock.advance(60_000);
    expect(call.events).toEqual([lost]);
    expect(call.connections).toHaveLength(2);
  });

  test.each([
    ['for good', 0, refused],
    ['after five seconds', 5000, lost],
  ])('[ER5] an opening that fails %s is not tried again', (_how, waitMs, failure) => {
    const call = startLink();
    call.clock.advance(waitMs);
    call.connection(0).emit(failure);
    call.clock.advance(60_000);
    expect(call.events).toEqual([failure]);
    expect(call.connections).toHaveLength(1);
  });

  test('[EN5] a handle that is refused leaves a fresh session with the history', () => {
    const call = startLink({ history: [{ type: 'message', role: 'user', text: 'Hello.' }] });
    call.connection(0).emit(ready, { type: 'resumption-update', handle: 'h1', resumable: true }, lost);
    call.clock.advance(0);
    call.connection(1).emit({ ...lost, code: 'INVALID_REQUEST', retryable: false } as SessionEvent);
    call.clock.advance(250);
    expect(call.connection(2).continuation).toEqual({ history: [{ type: 'message', role: 'user', text: 'Hello.' }] });
  });

  test('[EN5] audio of a gap that is too long is lost from its beginning, and that is said', () => {
    const call = startLink();
    call.connection(0).emit(ready, lost);
    for (let value = 1; value <= 60; value++) call.link.appendAudio(chunk(value));
    expect(call.events.at(-1)).toMatchObject({ type: 'provider-error', code: 'UNAVAILABLE', fatal: false });
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio[0]).toBe(11);
    expect(call.connection(1).audio).toHaveLength(50);
  });
});

describe('what a connection had not said to the end', () => {
  const start = (turnId: string): SessionEvent => ({ type: 'speech-start', turnId });
  const end = (turnId: string): SessionEvent => ({ type: 'speech-end', turnId });
  const final = (turnId: string, text: string): SessionEvent => ({
    type: 'transcript-end',
    role: 'user',
    turnId,
    text,
  });

  test('[EN5] [TR6] final texts are said when it is left on purpose, usage too', () => {
    const call = startLink();
    const usage = {
      inputAudioTokens: 5,
      outputAudioTokens: 7,
      inputTextTokens: 0,
      outputTextTokens: 0,
      cachedTokens: 0,
    };
    call
      .connection(0)
      .emit(
        ready,
        start('t1'),
        end('t1'),
        { type: 'response-start', responseId: 'r1' },
        { type: 'go-away', timeLeftMs: 50_000 },
      );
    call
      .connection(0)
      .last.push(final('t1', 'Hello.'), { type: 'response-end', responseId: 'r1', status: 'failed', usage });
    call.clock.advance(40_000);
    expect(call.events.slice(4)).toEqual([
      final('t1', 'Hello.'),
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'connection_lost', usage },
    ]);
  });

  test('[EN5] [TR6] a sentence it was in the middle of goes on as one turn with one final', () => {
    const call = startLink();
    call.connection(0).emit(ready, start('t1'));
    call.link.appendAudio(chunk(1));
    call.connection(0).last.push(end('t1'), final('t1', 'Is the'));
    call.connection(0).emit(lost);
    call.link.appendAudio(chunk(2));
    call.clock.advance(0);
    call.connection(1).emit(ready, start('t1'), end('t1'), final('t1', 'Is the ferry late?'));
    expect(call.connection(1).audio).toEqual([1, 2]);
    expect(call.events).toEqual([ready, start('t1'), end('t1'), final('t1', 'Is the ferry late?')]);
  });

  test('[EN5] [TR6] when nothing replaces it, everything open is ended before the reason', () => {
    const call = startLink();
    call.connection(0).emit(ready, start('t1'), { type: 'response-start', responseId: 'r1' });
    call.connection(0).last.push(end('t1'), final('t1', 'Is the'));
    call.connection(0).emit(refused);
    expect(call.events.slice(3)).toEqual([
      end('t1'),
      final('t1', 'Is the'),
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'connection_lost' },
      refused,
    ]);
  });

  test('[EN5] a question whose final text came already is not in the history too when it is said again', () => {
    const question: HistoryItem = { type: 'message', role: 'user', text: 'Is the ferry late?' };
    const call = startLink({ history: [question] });
    call.connection(0).emit(ready, start('t1'));
    call.link.appendAudio(chunk(1));
    call.connection(0).emit(end('t1'), final('t1', 'Is the ferry late?'), lost);
    call.clock.advance(0);
    expect(call.connection(1).continuation).toEqual({ history: [] });
  });

  test('[EN5] speech that began before an answer to something else is kept', () => {
    const call = startLink();
    call.connection(0).emit(ready, start('t1'));
    call.link.appendAudio(chunk(1));
    for (let value = 2; value <= 40; value++) call.link.appendAudio(chunk(value));
    call.connection(0).emit(end('t1'), start('t2'));
    call.link.appendAudio(chunk(41));
    call.connection(0).emit(...answer, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual(Array.from({ length: 31 }, (_, index) => index + 11));
  });

  test('[EN5] what is recorded after a commit stays after it', () => {
    const call = startLink({ manual: true });
    call.connection(0).emit(ready);
    call.link.appendAudio(chunk(1));
    call.link.send({ type: 'audio-commit' });
    call.link.appendAudio(chunk(2));
    call.connection(0).emit({ type: 'input-commit', turnId: 't1' }, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    call.connection(1).emit({ type: 'input-commit', turnId: 't1' }, ...answer, lost);
    call.clock.advance(250);
    call.connection(2).emit(ready);
    expect(call.connection(1).order).toEqual([1, 'audio-commit', 2]);
    expect(call.connection(2).order).toEqual([2]);
  });

  test('[EN5] what is being recorded for a commit is not answered by the answer to a typed message', () => {
    const call = startLink({ manual: true });
    call.connection(0).emit(ready);
    call.link.appendAudio(chunk(1));
    call.link.send({ type: 'text-append', text: 'Hello.' });
    call.connection(0).emit(...answer, lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).order).toEqual([1]);
  });

  test('[EN5] a manual turn that is too long to be said again whole says so', () => {
    const call = startLink({ manual: true });
    call.connection(0).emit(ready);
    for (let value = 1; value <= 60; value++) call.link.appendAudio(chunk(value));
    call.connection(0).emit(lost);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
    expect(call.events.at(-1)).toMatchObject({ type: 'provider-error', code: 'UNAVAILABLE', fatal: false });
  });
});

describe('a connection that is left', () => {
  test('[EN5] is gone before the next one is dialled', () => {
    const call = startLink({ lingers: true });
    call.connection(0).emit(ready, { type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(999);
    expect(call.connections).toHaveLength(1);
    call.connection(0).gone();
    call.clock.advance(0);
    expect(call.connections).toHaveLength(2);
    call.connection(0).gone();
    call.clock.advance(5000);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] is waited for no longer than a second', () => {
    const call = startLink({ lingers: true });
    call.connection(0).emit(ready, { type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(1000);
    expect(call.connections).toHaveLength(2);
    call.connection(0).gone();
    call.clock.advance(5000);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] is not followed by another one when the call ends meanwhile', () => {
    const call = startLink({ lingers: true });
    call.connection(0).emit(ready, { type: 'go-away', timeLeftMs: 50_000 });
    call.link.close();
    call.connection(0).gone();
    call.clock.advance(5000);
    expect(call.connections).toHaveLength(1);
    expect(call.clock.pending).toBe(0);
  });
});

describe('a vendor that asks to leave', () => {
  test('[EN5] is not left between the end of a question and its answer', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'speech-start', turnId: 't1' },
        { type: 'go-away', timeLeftMs: 50_000 },
        { type: 'speech-end', turnId: 't1' },
      );
    call.clock.advance(10_000);
    expect(call.connections).toHaveLength(1);
    call
      .connection(0)
      .emit(
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'completed' },
      );
    call.clock.advance(0);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] hears the last 600 ms again: they may have been the beginning of a sentence', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'speech-start', turnId: 't1' },
        { type: 'speech-end', turnId: 't1' },
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'completed' },
      );
    for (let value = 1; value <= 40; value++) call.link.appendAudio(chunk(value));
    call.connection(0).emit({ type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual(Array.from({ length: 30 }, (_, index) => index + 11));
  });

  test('[EN5] that reports only words hears the last three seconds again', () => {
    const call = startLink({ maxHeldAudioMs: 10_000 });
    call
      .connection(0)
      .emit(
        ready,
        { type: 'transcript-delta', role: 'user', turnId: 't1', delta: 'Hello' },
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'completed' },
      );
    for (let value = 1; value <= 200; value++) call.link.appendAudio(chunk(value));
    call.connection(0).emit({ type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.connection(1).audio).toEqual(Array.from({ length: 150 }, (_, index) => index + 51));
  });

  test('[EN5] is left at once when it is quiet', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(0);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] is left at the end of the answer that is being given', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(ready, { type: 'response-start', responseId: 'r1' }, { type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(20_000);
    expect(call.connections).toHaveLength(1);
    call.connection(0).emit({ type: 'response-end', responseId: 'r1', status: 'completed' });
    call.clock.advance(0);
    expect(call.connections).toHaveLength(2);
    expect(call.events.at(-1)).toEqual({ type: 'response-end', responseId: 'r1', status: 'completed' });
  });

  test('[EN5] is left before its deadline, quiet or not', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(ready, { type: 'response-start', responseId: 'r1' }, { type: 'go-away', timeLeftMs: 50_000 });
    call.clock.advance(40_000);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] a connection with a known end is replaced before it', () => {
    const call = startLink();
    call.connection(0).emit({ type: 'session-ready', ignored: [], expiresAtMs: 1_800_000_000_000 + 3_600_000 });
    call.clock.advance(3_479_000);
    expect(call.connections).toHaveLength(1);
    call.clock.advance(1000);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN9] that asks again at once is left later each time, up to once a minute', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    const stayedMs: number[] = [];
    for (let move = 0; move < 7; move++) {
      const readyAtMs = call.clock.nowMs();
      call.connection(move).emit({ type: 'go-away', timeLeftMs: 0 });
      while (call.connections.length === move + 1) call.clock.advance(250);
      stayedMs.push(call.clock.nowMs() - readyAtMs);
      call.connection(move + 1).emit(ready);
    }
    expect(stayedMs).toEqual([250, 1000, 5000, 20_000, 60_000, 250, 1000]);
    expect(call.events).toEqual([ready]);
  });

  test.each([0, -60_000, 60_000, Infinity, Number.NaN, 1e300])(
    '[EN9] on every connection, with %d ms left, makes no storm and costs no call',
    (timeLeftMs) => {
      const call = startLink();
      for (let second = 0; second < 7200; second++) {
        const latest = call.connections.at(-1);
        latest?.emit(ready, { type: 'go-away', timeLeftMs });
        call.clock.advance(1000);
      }
      expect(call.connections.length).toBeLessThan(70);
      expect(call.events).toEqual([ready]);
    },
  );

  test('[EN9] is left on the dot, and the next one too, where it asks every ten minutes', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    for (let move = 0; move < 12; move++) {
      call.clock.advance(600_000);
      call.connection(move).emit({ type: 'go-away', timeLeftMs: 50_000 });
      call.clock.advance(0);
      call.connection(move + 1).emit(ready);
    }
    expect(call.connections).toHaveLength(13);
    expect(call.events).toEqual([ready]);
  });

  test('[EN9] before it is ready is not left before it is', () => {
    const call = startLink();
    call.connection(0).emit(ready, lost);
    call.clock.advance(0);
    call.connection(1).emit({ type: 'go-away', timeLeftMs: 0 });
    call.clock.advance(60_000);
    expect(call.connections).toHaveLength(2);
    call.connection(1).emit(ready);
    call.clock.advance(1000);
    expect(call.connections).toHaveLength(3);
  });

  test('[EN5] is not left while the results of tools are awaited', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'tool-call', callId: 'c1', name: 'find', arguments: '{}' },
        { type: 'go-away', timeLeftMs: 50_000 },
      );
    call.clock.advance(10_000);
    expect(call.connections).toHaveLength(1);
  });
});

describe('a vendor that stops answering', () => {
  test('[EN5] is left when it owes an answer for 30 s', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    call.link.send({ type: 'text-append', text: 'Hello?' });
    call.clock.advance(29_999);
    expect(call.connections).toHaveLength(1);
    call.clock.advance(1);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] is left when it stays silent in the middle of an answer, 30 s after the end of its audio', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'response-start', responseId: 'r1' },
        { type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: new Uint8Array(40 * 48_000) },
      );
    call.clock.advance(69_999);
    expect(call.connections).toHaveLength(1);
    call.clock.advance(1);
    expect(call.connections).toHaveLength(2);
    expect(call.events.at(-1)).toEqual({
      type: 'response-end',
      responseId: 'r1',
      status: 'cancelled',
      reason: 'connection_lost',
    });
  });

  test('[EN5] is not left at the end of an answer', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'response-start', responseId: 'r1' },
        { type: 'response-end', responseId: 'r1', status: 'completed' },
      );
    call.clock.advance(600_000);
    expect(call.connections).toHaveLength(1);
  });

  test('[EN5] still owes an answer when it says something else meanwhile', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    call.link.send({ type: 'text-append', text: 'Hello?' });
    call.clock.advance(10_000);
    call.connection(0).emit({ type: 'resumption-update', handle: 'h1', resumable: true });
    call.clock.advance(29_999);
    expect(call.connections).toHaveLength(1);
    call.clock.advance(1);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN5] owes nothing for a commit under its own turn detection', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    call.link.send({ type: 'audio-commit' });
    call.clock.advance(120_000);
    expect(call.connections).toHaveLength(1);
    expect(call.connection(0).commands).toEqual([{ type: 'audio-commit' }]);
  });

  test('[EN9] may leave noise unanswered as often as it likes, which moves the call 30 times an hour', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'resumption-update', handle: 'h1', resumable: true });
    for (let noise = 0; noise < 120; noise++) {
      const connection = call.connections.length;
      call.connections
        .at(-1)
        ?.emit({ type: 'speech-start', turnId: `t${noise}` }, { type: 'speech-end', turnId: `t${noise}` });
      call.clock.advance(30_000);
      if (call.connections.length === connection) continue;
      expect(call.connection(connection).continuation).toEqual({ handle: 'h1', history: [] });
      call.connection(connection).emit(ready);
    }
    expect(call.connections).toHaveLength(31);
    expect(call.events.filter((event) => event.type === 'provider-error')).toEqual([]);
  });

  test('[EN5] hears noise that it left unanswered again once, and not for ever', () => {
    const call = startLink();
    call.connection(0).emit(ready, { type: 'speech-start', turnId: 't1' });
    call.link.appendAudio(chunk(1));
    call.connection(0).emit({ type: 'speech-end', turnId: 't1' });
    call.clock.advance(30_000);
    call.connection(1).emit(ready, { type: 'speech-start', turnId: 't1' }, { type: 'speech-end', turnId: 't1' });
    call.clock.advance(600_000);
    expect(call.connections).toHaveLength(2);
    expect(call.events).toEqual([ready, { type: 'speech-start', turnId: 't1' }, { type: 'speech-end', turnId: 't1' }]);
  });

  test('[EN5] is not left while it waits for the results of tools', () => {
    const call = startLink();
    const toolCall = { type: 'tool-call', name: 'find', arguments: '{}' } as const;
    call.connection(0).emit(ready, { ...toolCall, callId: 'c1' }, { ...toolCall, callId: 'c2' });
    call.link.send({ type: 'tool-result', callId: 'c1', output: '{}' });
    call.clock.advance(120_000);
    expect(call.connections).toHaveLength(1);
  });
});

describe('a vendor that is not read', () => {
  const cancel: SessionEvent = { type: 'tool-cancel', callId: 'c1' };

  test('[EN11] because nobody listens yet is ready all the same, and is read when somebody does', () => {
    const call = startLink({ predialed: true });
    call.connection(0).emit(ready);
    for (let count = 0; count < 998; count++) call.connection(0).emit(cancel);
    expect(call.connection(0).isPaused).toBe(false);
    call.connection(0).emit(cancel, cancel);
    expect(call.connection(0).isPaused).toBe(true);
    call.listen();
    expect(call.events).toHaveLength(1001);
    expect(call.connection(0).isPaused).toBe(false);
  });

  test('[EN11] for two reasons is read when both are gone', () => {
    const call = startLink({ predialed: true });
    for (let count = 0; count < 1000; count++) call.connection(0).emit(cancel);
    call.outlet.setCongested(true);
    call.listen();
    expect(call.connection(0).isPaused).toBe(true);
    call.outlet.setCongested(false);
    expect(call.connection(0).isPaused).toBe(false);
  });

  test('[EN11] is not taken for one that stopped answering; the 30 s begin when it is read again', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    call.link.send({ type: 'text-append', text: 'Hello?' });
    call.clock.advance(20_000);
    call.link.pause();
    call.clock.advance(600_000);
    call.link.resume();
    call.clock.advance(29_999);
    expect(call.connections).toHaveLength(1);
    call.clock.advance(1);
    expect(call.connections).toHaveLength(2);
  });

  test('[EN11] stays so when its connection is replaced', () => {
    const call = startLink();
    call.connection(0).emit(ready, lost);
    call.link.pause();
    call.clock.advance(0);
    expect(call.connection(1).isPaused).toBe(true);
  });
});

describe('[EN12] a vendor that names things without end', () => {
  test('has 256 responses open, and the oldest of more than that ends', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    for (let count = 1; count <= 257; count++)
      call.connection(0).emit({ type: 'response-start', responseId: `r${count}` });
    expect(call.events.filter(({ type }) => type === 'response-end')).toEqual([
      { type: 'response-end', responseId: 'r1', status: 'cancelled', reason: 'too_many_open' },
    ]);
    call.connection(0).emit(lost);
    expect(call.events.filter(({ type }) => type === 'response-end')).toHaveLength(257);
  });

  test('by ids that nobody could keep names nothing', () => {
    const call = startLink();
    call
      .connection(0)
      .emit(
        ready,
        { type: 'response-start', responseId: 'r'.repeat(1025) },
        { type: 'speech-start', turnId: 't'.repeat(1025) },
        { type: 'tool-call', callId: 'c'.repeat(1025), name: 'find', arguments: '{}' },
      );
    expect(call.events).toEqual([ready]);
  });

  test('has no more turns than can be retold, and the call goes on', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    for (let count = 0; count < 2000; count++)
      call
        .connection(0)
        .emit(
          { type: 'speech-start', turnId: `t${count}` },
          { type: 'transcript-delta', role: 'user', turnId: `t${count}`, delta: 'x' },
        );
    call.connection(0).emit(lost);
    // Each turn that is still known ends; those that nobody remembers do not.
    expect(call.events.filter(({ type }) => type === 'provider-error')).toEqual([]);
    call.clock.advance(0);
    call.connection(1).emit(ready);
    expect(call.recovered()).toBe(1);
  });
});

describe('[EN9] a vendor that is never well costs at most 30 connections an hour', () => {
  const answered: readonly SessionEvent[] = [
    ...answer,
    { type: 'response-end', responseId: 'r1', status: 'completed' },
  ];

  test('one that gives a single answer on each connection', () => {
    const call = startLink();
    for (let second = 0; second < 3600; second++) {
      call.connections.at(-1)?.emit(ready, ...answered, lost);
      call.clock.advance(1000);
    }
    expect(call.connections).toHaveLength(31);
    expect(call.events.at(-1)).toEqual({
      ...lost,
      message: 'Its connection was replaced 30 times within an hour, the most a call may take, and broke again: gone',
    });
  });

  test('one that gets ready and breaks is given up after four', () => {
    const call = startLink();
    for (let second = 0; second < 60; second++) {
      call.connections.at(-1)?.emit(ready, lost);
      call.clock.advance(1000);
    }
    expect(call.connections).toHaveLength(5);
    expect(call.events.at(-1)).toEqual(lost);
  });

  test('one that stalls, answers after all and stalls again', () => {
    const call = startLink();
    call.connection(0).emit(ready);
    for (let round = 0; round < 200; round++) {
      const latest = call.connections.at(-1);
      latest?.emit(ready, ...answered);
      call.link.send({ type: 'text-append', text: 'Hello?' });
      call.clock.advance(30_000);
    }
    expect(call.connections.length).toBeLessThan(70);
  });
});

describe('an end that the vendor states', () => {
  const epochMs = 1_800_000_000_000;

  test.each([
    ['0', 0],
    ['the past', epochMs - 5000],
    ['soon', epochMs + 179_000],
    ['milliseconds taken for seconds', (epochMs + 1_800_000) * 1000],
    ['centuries', 99_999_999_999_000],
    ['no number', Number.NaN],
  ])('[EN9] of %s is ignored, and noted once', (_what, expiresAtMs) => {
    const call = startLink();
    call.connection(0).emit({ type: 'session-ready', ignored: [], expiresAtMs }, lost);
    call.clock.advance(0);
    call.connection(1).emit({ type: 'session-ready', ignored: [], expiresAtMs });
    call.clock.advance(86_400_000);
    expect(call.connections).toHaveLength(2);
    expect(call.oddEnds).toEqual([expiresAtMs]);
    expect(call.clock.pending).toBe(0);
  });

  test('[EN9] that is always in a few minutes moves the call thirty times an hour, and ends none', () => {
    const call = startLink();
    for (let second = 0; second < 3600; second++) {
      const expiresAtMs = call.clock.epochMs() + 181_000;
      call.connections.at(-1)?.emit({ type: 'session-ready', ignored: [], expiresAtMs });
      call.clock.advance(1000);
    }
    expect(call.connections).toHaveLength(31);
    expect(call.events).toHaveLength(1);
  });
});

test('what a listener throws when a connection is left by a timer is a fault of the call, not of the process', () => {
  const call = startLink();
  const faults: unknown[] = [];
  call.connection(0).emit(ready, { type: 'response-start', responseId: 'r1' }, { type: 'go-away', timeLeftMs: 50_000 });
  call.outlet.listen({
    event: () => {
      throw new Error('broken');
    },
    fault: (error) => faults.push(error),
  });
  call.clock.advance(40_000);
  expect(faults).toEqual([new Error('broken')]);
});

test('a link that is closed dials nothing and leaves no timer behind', () => {
  const call = startLink();
  call.connection(0).emit(ready, { type: 'go-away', timeLeftMs: 50_000 }, { type: 'speech-end', turnId: 't1' });
  call.link.close();
  call.link.close();
  expect(call.clock.pending).toBe(0);
  call.clock.advance(600_000);
  expect(call.connections).toHaveLength(1);
});
