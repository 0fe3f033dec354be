import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientSession, type ClientSessionOptions } from './client-session.ts';
import type { RealtimeTool } from './realtime-tool.ts';
import type { RealtimeTransport, TransportOptions } from './realtime-transport.ts';
import type { SessionFrame } from './session-frames.ts';
import { SpekoAuthError } from './speko-api-error.ts';

const INFO = {
  mode: 's2s',
  sessionId: 's_1',
  wsUrl: 'ws://127.0.0.1:8787/v1/realtime/s_1/ws',
  wsToken: 'tok-1',
  inputSampleRate: 16_000,
  outputSampleRate: 24_000,
  expiresAt: '2026-01-01T00:00:00.000Z',
  maxDurationSeconds: 1800,
} as const;
const AUDIO = '<audio>';

/** The gateway's end of a connection that exists in memory only. */
class FakeGateway implements RealtimeTransport {
  bufferedAmount = 0;
  /** Whether `onClose` follows `terminate`, as the contract of transports says. */
  reportsCuts = true;
  readonly received: unknown[] = [];
  /** What the session did to the connection. */
  readonly acts: unknown[] = [];
  dialled!: TransportOptions;

  dial = (options: TransportOptions): RealtimeTransport => {
    this.dialled = options;
    return this;
  };
  send(message: string | Uint8Array): void {
    this.received.push(typeof message === 'string' ? JSON.parse(message) : `${message.byteLength} bytes`);
  }
  close(code: number, reason: string): void {
    this.acts.push(['close', code, reason]);
  }
  terminate(): void {
    this.acts.push(['terminate']);
    if (this.reportsCuts) this.drop(1006);
  }
  open(): void {
    this.dialled.handlers.onOpen();
  }
  /** Sends frames, and audio where it says so. */
  say(...messages: (object | typeof AUDIO)[]): void {
    for (const message of messages) {
      if (typeof message === 'object') this.dialled.handlers.onText(JSON.stringify(message));
      else this.dialled.handlers.onBinary(new Uint8Array(960));
    }
  }
  drop(code: number, reason = ''): void {
    this.dialled.handlers.onClose({ code, reason });
  }
}

function newSession(options: Partial<ClientSessionOptions> = {}): { session: ClientSession; gateway: FakeGateway } {
  const gateway = new FakeGateway();
  return { session: new ClientSession({ info: INFO, createTransport: gateway.dial, ...options }), gateway };
}

async function openSession(options: Partial<ClientSessionOptions> = {}): Promise<ReturnType<typeof newSession>> {
  const { session, gateway } = newSession(options);
  const opening = session.connect();
  gateway.open();
  await opening;
  return { session, gateway };
}

async function readAll(session: ClientSession): Promise<SessionFrame[]> {
  const frames: SessionFrame[] = [];
  for await (const frame of session) frames.push(frame);
  return frames;
}

const typesOf = (frames: readonly SessionFrame[]): string[] => frames.map((frame) => frame.type);
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  const timersLeft = vi.getTimerCount();
  vi.useRealTimers();
  if (timersLeft > 0) throw new Error(`${timersLeft} timers were left behind.`);
});

describe('opening', () => {
  test('[HS1, HS2] the token is offered first, then the protocol version', async () => {
    const { session, gateway } = await openSession();
    expect(gateway.dialled).toMatchObject({
      url: 'ws://127.0.0.1:8787/v1/realtime/s_1/ws',
      protocols: ['tok-1', 'speko.realtime.v1'],
    });
    expect(session).toMatchObject({
      sessionId: 's_1',
      expiresAt: '2026-01-01T00:00:00.000Z',
      inputSampleRate: 16000,
      outputSampleRate: 24000,
      state: 'preparing',
    });
  });

  test('[CL5] a refused upgrade is its error', async () => {
    const { session, gateway } = newSession();
    const outcome = failure(session.connect());
    const error = new SpekoAuthError({ code: 'TOKEN_USED', message: 'Mint again.', status: 401 });
    gateway.dialled.handlers.onClose({ code: 1006, reason: '', error });
    expect(await outcome).toBe(error);
    expect(session.state).toBe('closed');
  });

  test('[CL5] a connection that closes before it opened is CONNECTION_FAILED', async () => {
    const { session, gateway } = newSession();
    const outcome = failure(session.connect());
    gateway.drop(1006);
    expect(await outcome).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
  });

  test('[CL5, CL20] a URL that cannot be dialled is CONNECTION_FAILED, and the token is not quoted', async () => {
    const cause = new SyntaxError('Invalid URL');
    const { session } = newSession({
      createTransport: () => {
        throw cause;
      },
    });
    const error = await failure(session.connect());
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', cause });
    expect(String(error)).not.toContain('tok-1');
    expect(session.state).toBe('closed');
  });

  test('[CL5] no answer within 10 s is TIMEOUT', async () => {
    const { session, gateway } = newSession();
    const outcome = failure(session.connect());
    await vi.advanceTimersByTimeAsync(9_999);
    expect(gateway.acts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(gateway.acts).toEqual([['close', 1000, 'client_closed']]);
    gateway.drop(1006);
    expect(await outcome).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('10000 ms') as string });
  });

  test('[CL5] an abort while opening rejects with its reason', async () => {
    const controller = new AbortController();
    const { session, gateway } = newSession({ signal: controller.signal });
    const outcome = failure(session.connect());
    controller.abort('too slow');
    gateway.drop(1006);
    expect(await outcome).toBe('too slow');
  });

  test('[CL5] an abort beforehand dials nothing', async () => {
    const { session, gateway } = newSession({ signal: AbortSignal.abort('no') });
    expect(await failure(session.connect())).toBe('no');
    expect(gateway.dialled).toBe(undefined);
  });

  test('[CL5] an abort later closes the session', async () => {
    const controller = new AbortController();
    const { session, gateway } = await openSession({ signal: controller.signal });
    controller.abort();
    expect(gateway.acts).toEqual([['close', 1000, 'client_closed']]);
    gateway.drop(1000, 'client_closed');
    expect(typesOf(await readAll(session))).toEqual(['close']);
  });

  test('[CL5] a session that is over no longer listens to its signal', async () => {
    const { signal } = new AbortController();
    const { session, gateway } = await openSession({ signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    gateway.drop(1006);
    await session.close();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('info that no mint answered is refused', () => {
    expect(() => newSession({ info: {} as typeof INFO })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('frames', () => {
  test('[CL10] a session is read from its first frame to close', async () => {
    const { session, gateway } = await openSession();
    gateway.say({ t: 'speech', role: 'assistant', state: 'started', turn: 'a1' }, AUDIO);
    gateway.say({ t: 'usage', inputAudioTokens: 1, outputAudioTokens: 2 }, { t: 'end', reason: 'ended_by_api' });
    gateway.drop(1000, 'ended_by_api');
    const frames = await readAll(session);
    expect(typesOf(frames)).toEqual(['speech', 'audio', 'usage', 'close']);
    expect(frames.at(-1)).toEqual({ type: 'close', code: 1000, reason: 'ended_by_api' });
  });

  test('[CL9] interrupt forgets audio nobody has read', async () => {
    const { session, gateway } = await openSession();
    gateway.say(AUDIO, { t: 'usage', inputAudioTokens: 1, outputAudioTokens: 2 }, AUDIO);
    session.interrupt({ playedMs: 340 });
    gateway.say(AUDIO, { t: 'interruption', at: 'assistant', turn: 'a1' }, AUDIO);
    gateway.drop(1006);
    expect(typesOf(await readAll(session))).toEqual(['usage', 'interruption', 'audio', 'close']);
    expect(gateway.received).toEqual([{ t: 'interrupt', playedMs: 340 }]);
  });

  test('[CL10] onFrame gets every frame at once, and there is nothing to iterate', async () => {
    const seen: SessionFrame[] = [];
    const { session, gateway } = await openSession({ onFrame: (frame) => seen.push(frame) });
    gateway.say(AUDIO);
    expect(typesOf(seen)).toEqual(['audio']);
    expect(() => session[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('[CL22] what onFrame throws goes to onHandlerError, and the session goes on to its end', async () => {
    const seen: string[] = [];
    const errors: unknown[] = [];
    const bug = new Error('No loudspeaker.');
    const { session, gateway } = await openSession({
      onFrame: ({ type }) => {
        seen.push(type);
        throw bug;
      },
      onHandlerError: (error) => errors.push(error),
    });
    gateway.say(AUDIO, AUDIO);
    gateway.drop(1006);
    await session.close();
    expect(seen).toEqual(['audio', 'audio', 'close']);
    expect(errors).toEqual([bug, bug, bug]);
  });

  test('[CL22] a promise of onFrame that rejects goes to onHandlerError too', async () => {
    const errors: unknown[] = [];
    const { gateway } = await openSession({
      onFrame: (() => Promise.reject(new Error('Later.'))) as () => void,
      onHandlerError: (error) => errors.push(error),
    });
    gateway.say(AUDIO);
    await vi.advanceTimersByTimeAsync(0);
    expect(errors).toEqual([new Error('Later.')]);
    gateway.drop(1006);
  });

  test('[CL22, CL3] without onHandlerError the exception is an error frame, and close stays the last', async () => {
    const seen: SessionFrame[] = [];
    const { session, gateway } = await openSession({
      onFrame: (frame) => {
        seen.push(frame);
        throw new Error('Bug');
      },
    });
    gateway.say(AUDIO);
    gateway.drop(1006);
    await session.close();
    expect(typesOf(seen)).toEqual(['audio', 'error', 'close']);
    expect(seen[1]).toEqual({
      type: 'error',
      code: 'CLIENT_HANDLER_FAILED',
      message: 'onFrame threw: Bug. Catch it there, or pass onHandlerError.',
      fatal: false,
    });
  });

  test('[CL22] what onIgnored throws is an error frame for whoever iterates', async () => {
    const { session, gateway } = await openSession({
      onIgnored: () => {
        throw Object.create(null) as Error;
      },
    });
    gateway.say({ t: 'later' }, AUDIO);
    gateway.drop(1006);
    const frames = await readAll(session);
    expect(typesOf(frames)).toEqual(['error', 'audio', 'close']);
    expect(frames[0]).toMatchObject({ code: 'CLIENT_HANDLER_FAILED' });
  });

  test('[CL22] an onHandlerError that throws as well ends nothing', async () => {
    const throwing = (): never => {
      throw new Error('Bug');
    };
    const { session, gateway } = await openSession({ onFrame: throwing, onHandlerError: throwing });
    gateway.say(AUDIO);
    expect(session.state).toBe('preparing');
    gateway.drop(1006);
    expect(session.state).toBe('closed');
  });

  test('[CL6, SF8] what the base contract does not state is undefined or empty', async () => {
    const { session, gateway } = await openSession();
    gateway.say({ t: 'ready', inputSampleRate: 16000, outputSampleRate: 24000 });
    gateway.say({ t: 'transcript', role: 'user', text: 'Hi', final: true });
    expect(session.state).toBe('open');
    gateway.drop(1006);
    expect(await readAll(session)).toEqual([
      { type: 'ready', inputSampleRate: 16000, outputSampleRate: 24000, capabilities: {}, ignored: [] },
      { type: 'transcript', role: 'user', text: 'Hi', final: true, interrupted: false },
      { type: 'close', code: 1006, reason: 'connection_lost' },
    ]);
  });

  test('[CL6] onIgnored gets what became no frame', async () => {
    const ignored: unknown[] = [];
    const { gateway } = await openSession({ onIgnored: (message) => ignored.push(message) });
    gateway.say({ t: 'later' });
    expect(ignored).toEqual([{ type: 'unknown-frame', raw: { t: 'later' } }]);
  });
});

describe('sending', () => {
  test('[CL2] every command is one frame', async () => {
    const { session, gateway } = await openSession();
    session.commit();
    session.clear();
    session.interrupt();
    session.sendText('Hi');
    session.sendToolResult('c1', { sky: 'blue' });
    session.sendToolResult('c2', 'plain');
    session.reportPlayback('a1', 1200);
    expect(gateway.received).toEqual([
      { t: 'control', action: 'commit' },
      { t: 'control', action: 'clear' },
      { t: 'interrupt' },
      { t: 'text', text: 'Hi' },
      { t: 'tool_result', callId: 'c1', output: '{"sky":"blue"}' },
      { t: 'tool_result', callId: 'c2', output: 'plain' },
      { t: 'playback', turn: 'a1', playedMs: 1200 },
    ]);
  });

  test('arguments that no gateway takes are refused', async () => {
    const { session, gateway } = await openSession();
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error;
    expect(() => session.sendText('')).toThrow(refused);
    expect(() => session.sendText(5 as never)).toThrow(refused);
    expect(() => session.interrupt({ playedMs: -1 })).toThrow(refused);
    expect(() => session.reportPlayback('a1', Number.NaN)).toThrow(refused);
    expect(() => session.close(1006)).toThrow(refused);
    expect(() => session.close(1000, 'é'.repeat(62))).toThrow(refused);
    expect(gateway.received).toEqual([]);
    expect(session.state).toBe('preparing');
  });

  test('[CL21, EN7] a text frame over the limit is refused and nothing is sent, counted in bytes', async () => {
    const { session, gateway } = await openSession();
    const refused = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('at most 1048576') as string,
    }) as Error;
    const frameBytes = '{"t":"text","text":""}'.length;
    session.sendText('x'.repeat(1_048_576 - frameBytes));
    expect(gateway.received).toHaveLength(1);
    expect(() => session.sendText('x'.repeat(1_048_577 - frameBytes))).toThrow(refused);
    expect(() => session.sendText('€'.repeat(349_600))).toThrow(refused);
    expect(() => session.sendToolResult('c1', { list: 'x'.repeat(1_048_576) })).toThrow(refused);
    expect(gateway.received).toHaveLength(1);
    expect(session.state).toBe('preparing');
  });

  test('[CL16] long audio leaves in messages of at most 64 KiB', async () => {
    const { session, gateway } = await openSession();
    expect(await session.sendAudio(new Uint8Array(150_000))).toBe(true);
    expect(gateway.received).toEqual(['65536 bytes', '65536 bytes', '18928 bytes']);
  });

  test('[CL16] an odd length is refused', async () => {
    const { session, gateway } = await openSession();
    expect(await failure(session.sendAudio(new Uint8Array(3)))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(gateway.received).toEqual([]);
  });

  test('[CL16] sendAudio sends at once, and resolves when there is room again', async () => {
    const { session, gateway } = await openSession({ highWaterBytes: 1000 });
    gateway.bufferedAmount = 1001;
    let resolved = false;
    const sending = session.sendAudio(new Uint8Array(960)).then((open) => {
      resolved = true;
      return open;
    });
    expect(gateway.received).toEqual(['960 bytes']);
    await vi.advanceTimersByTimeAsync(100);
    expect(resolved).toBe(false);
    gateway.bufferedAmount = 1000;
    await vi.advanceTimersByTimeAsync(10);
    expect(await sending).toBe(true);
  });

  test('[CL2, CL16] a session that ends lets go of whoever waits for room', async () => {
    const { session, gateway } = await openSession({ highWaterBytes: 0 });
    gateway.bufferedAmount = 1;
    const sending = session.sendAudio(new Uint8Array(960));
    gateway.drop(1006);
    await vi.advanceTimersByTimeAsync(10);
    expect(await sending).toBe(false);
    expect(await session.sendAudio(new Uint8Array(960))).toBe(false);
    expect(gateway.received).toEqual(['960 bytes']);
  });

  test('[CL17] ping measures the round trip', async () => {
    const { session, gateway } = await openSession();
    const first = session.ping();
    const second = session.ping();
    await vi.advanceTimersByTimeAsync(30);
    gateway.say({ t: 'pong', id: 1 }, { t: 'pong', id: 99 });
    await vi.advanceTimersByTimeAsync(12);
    gateway.say({ t: 'pong', id: 2 });
    expect(gateway.received).toEqual([
      { t: 'ping', id: 1 },
      { t: 'ping', id: 2 },
    ]);
    expect([await first, await second]).toEqual([30, 42]);
  });

  test('[CL17] a ping whose session ends rejects', async () => {
    const { session, gateway } = await openSession();
    const outcome = failure(session.ping());
    gateway.drop(1006);
    expect(await outcome).toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(await failure(session.ping())).toMatchObject({ code: 'CONNECTION_CLOSED' });
  });
});

describe('closing', () => {
  test('[CL4] close waits for the connection to close, however often it is called', async () => {
    const { session, gateway } = await openSession();
    let closed = 0;
    const count = (): void => void (closed += 1);
    const closing = Promise.all([session.close().then(count), session.close(4001, 'other').then(count)]);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toBe(0);
    gateway.drop(1000, 'client_closed');
    await closing;
    await session.close();
    expect(gateway.acts).toEqual([['close', 1000, 'client_closed']]);
    expect(await readAll(session)).toEqual([{ type: 'close', code: 1000, reason: 'client_closed' }]);
  });

  test('[CL4] a peer that does not answer is cut off after 5 s', async () => {
    const { session, gateway } = await openSession();
    const closing = session.close(4000, 'bye');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(gateway.acts).toEqual([['close', 4000, 'bye']]);
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    expect(gateway.acts).toEqual([['close', 4000, 'bye'], ['terminate']]);
    expect(await readAll(session)).toEqual([{ type: 'close', code: 4000, reason: 'bye' }]);
  });

  test('[CL3, CL4] a cut that the runtime does not report ends the session all the same', async () => {
    const { session, gateway } = await openSession();
    gateway.reportsCuts = false;
    const closing = session.close(4000, 'bye');
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    expect(await readAll(session)).toEqual([{ type: 'close', code: 4000, reason: 'bye' }]);
  });

  test('[CL4, CL5] an attempt to open that the runtime never settles ends after both time limits', async () => {
    const { session, gateway } = newSession();
    gateway.reportsCuts = false;
    const outcome = failure(session.connect());
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await outcome).toMatchObject({ code: 'TIMEOUT' });
    expect(session.state).toBe('closed');
  });

  test('[CL4] a peer that says end and stays is cut off too', async () => {
    const { session, gateway } = await openSession();
    gateway.say({ t: 'end', reason: 'server_shutdown' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(gateway.acts).toEqual([['terminate']]);
    expect(await readAll(session)).toEqual([{ type: 'close', code: 1006, reason: 'server_shutdown' }]);
  });
});

describe('tools', () => {
  const call = { t: 'tool_call', callId: 'c1', name: 'get_weather', arguments: '{"city":"Rome"}' };
  const tool = (execute: (args: Record<string, unknown>, context: { signal: AbortSignal }) => unknown) => [
    { name: 'get_weather', description: 'Weather.', parameters: { type: 'object' }, execute },
  ];

  test('[CL12] a tool with execute answers by itself', async () => {
    const { session, gateway } = await openSession({ tools: tool(({ city }) => ({ city, sky: 'blue' })) });
    gateway.say(call);
    expect(session.openToolCalls).toEqual(new Map([['c1', 'get_weather']]));
    await vi.advanceTimersByTimeAsync(0);
    expect(gateway.received).toEqual([{ t: 'tool_result', callId: 'c1', output: '{"city":"Rome","sky":"blue"}' }]);
    expect(session.openToolCalls).toEqual(new Map());
  });

  test('[CL13] a tool that fails answers with its error, and the session goes on', async () => {
    const { session, gateway } = await openSession({ tools: tool(() => Promise.reject(new Error('Closed today.'))) });
    gateway.say(call);
    await vi.advanceTimersByTimeAsync(0);
    expect(gateway.received).toEqual([{ t: 'tool_result', callId: 'c1', output: '{"error":"Closed today."}' }]);
    gateway.say(AUDIO);
    gateway.drop(1006);
    const frames = await readAll(session);
    expect(typesOf(frames)).toEqual(['tool_call', 'tool_result', 'audio', 'close']);
    expect(frames[1]).toMatchObject({ failed: true });
  });

  test('[CL13, EN7] a result too large for a message becomes an error the model can read', async () => {
    const { session, gateway } = await openSession({ tools: tool(() => 'é'.repeat(600_000)) });
    gateway.say(call);
    await vi.advanceTimersByTimeAsync(0);
    expect(gateway.received).toEqual([
      {
        t: 'tool_result',
        callId: 'c1',
        output:
          '{"error":"The tool\'s result is too large: the message would have 1200045 bytes, and a gateway takes at most 1048576. Ask for less."}',
      },
    ]);
    gateway.drop(1006);
    expect((await readAll(session))[1]).toMatchObject({ type: 'tool_result', failed: true });
  });

  test('[CL12] a tool without execute is left to the application', async () => {
    const [{ execute: _, ...silent }] = tool(() => 'never') as [ReturnType<typeof tool>[0] & object];
    const { session, gateway } = await openSession({ tools: [silent] });
    gateway.say(call);
    await vi.advanceTimersByTimeAsync(0);
    expect(gateway.received).toEqual([]);
    expect(session.openToolCalls).toEqual(new Map([['c1', 'get_weather']]));
  });

  test('[CL2] the end of the session aborts what tools do, and a late result goes nowhere', async () => {
    let signal: AbortSignal | undefined;
    const { gateway } = await openSession({
      tools: tool((_, context) => {
        signal = context.signal;
        return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve('late')));
      }),
    });
    gateway.say(call);
    await vi.advanceTimersByTimeAsync(0);
    expect(signal?.aborted).toBe(false);
    gateway.drop(1006);
    await vi.advanceTimersByTimeAsync(0);
    expect(signal?.aborted).toBe(true);
    expect(gateway.received).toEqual([]);
  });
});

describe('bounds', () => {
  test('[CL24] a session whose frames nobody reads is closed, and what came can still be read', async () => {
    const { session, gateway } = await openSession();
    for (let index = 0; index < 30_000; index += 1) {
      gateway.say({ t: 'speech', role: 'user', state: 'started', turn: `u${index}` });
    }
    expect(gateway.acts).toEqual([['close', 4429, 'slow_consumer']]);
    gateway.drop(1006);
    const frames = await readAll(session);
    expect(frames).toHaveLength(20_003);
    expect(frames.slice(-2)).toEqual([
      expect.objectContaining({ type: 'error', code: 'CLIENT_FRAMES_OVERFLOW', fatal: true }),
      { type: 'close', code: 4429, reason: 'slow_consumer' },
    ]);
  });

  test('[CL24] a long call whose transcripts nobody reads goes on: the partial ones are merged', async () => {
    const { session, gateway } = await openSession();
    for (let turn = 0; turn < 600; turn += 1) {
      for (let part = 1; part <= 100; part += 1) {
        gateway.say({
          t: 'transcript',
          role: 'assistant',
          text: 'la '.repeat(part),
          final: part === 100,
          turn: `a${turn}`,
        });
      }
    }
    expect(gateway.acts).toEqual([]);
    gateway.drop(1006);
    const finals = (await readAll(session)).filter((frame) => frame.type === 'transcript' && frame.final);
    expect(finals).toHaveLength(600);
  });

  test.each([
    { maxQueuedAudioMs: Number.NaN },
    { highWaterBytes: -1 },
    { openTimeoutMs: '10 s' as never },
    { closeTimeoutMs: null as never },
  ])('[CL29] %o is refused', (limit) => {
    expect(() => newSession(limit)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test.each([Infinity, 3_000_000_000])('[CL29] a time limit of %d ms is no limit of one', async (limitMs) => {
    const { session, gateway } = newSession({ openTimeoutMs: limitMs, closeTimeoutMs: limitMs });
    const opening = session.connect();
    await vi.advanceTimersByTimeAsync(60_000);
    gateway.open();
    await opening;
    const closing = session.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(gateway.acts).toEqual([['close', 1000, 'client_closed']]);
    gateway.drop(1000);
    await closing;
  });

  test.each([0, Number.NaN, Infinity, 1_000_000_000, -24_000])('[CL26] no session has a rate of %d Hz', (rate) => {
    for (const name of ['inputSampleRate', 'outputSampleRate']) {
      expect(() => newSession({ info: { ...INFO, [name]: rate } as never })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });

  test('[CL13] arguments nested too deeply for a schema are an error the model can read', async () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    const tool: RealtimeTool = {
      name: 'look',
      description: 'Looks.',
      parameters: { type: 'object' },
      execute: (args) => JSON.stringify(args),
    };
    const { gateway } = await openSession({ tools: [tool] });
    gateway.say({ t: 'tool_call', callId: 'c1', name: 'look', arguments: deep });
    await vi.advanceTimersByTimeAsync(0);
    expect(gateway.received).toMatchObject([
      { t: 'tool_result', callId: 'c1', output: expect.stringMatching(/^\{"error":/) },
    ]);
  });
});
