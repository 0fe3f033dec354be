// The client against a gateway of the test's own making, over real sockets.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { RealtimeSession } from './realtime-session.ts';
import { Speko } from './speko.ts';

const INFO = {
  mode: 's2s',
  sessionId: 's_1',
  wsToken: 'tok-1',
  inputSampleRate: 24000,
  outputSampleRate: 24000,
  expiresAt: '2026-01-01T00:00:00.000Z',
  maxDurationSeconds: 1800,
} as const;
const PARAMS = { provider: 'echo', model: 'echo' };

/** A gateway that does what each test says. */
class ScriptedGateway {
  readonly http: Server = createServer((request, response) => void this.#answer(request, response));
  readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'speko.realtime.v1' });
  readonly minted: { headers: Record<string, unknown>; body: unknown }[] = [];
  /** Paths that were posted to in order to end a session. */
  readonly ended: string[] = [];
  /** Leaves requests to end a session unanswered. */
  isEndSilent = false;
  readonly upgrades: Record<string, unknown>[] = [];
  /** What the client sent: frames parsed, audio as bytes. */
  readonly received: unknown[] = [];
  refusal: { status: number; headers?: string; body: string; isEndless?: boolean } | undefined;
  onConnection: (socket: WebSocket) => void = () => {};
  /** Leaves upgrades unanswered. */
  onSilence: (() => void) | undefined;
  readonly #streams = new Set<Duplex>();

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.http.on('upgrade', (request, stream, head) => {
      this.upgrades.push(request.headers);
      this.#streams.add(stream);
      stream.on('error', () => {}); // clients may cut connections
      if (this.onSilence !== undefined) return this.onSilence();
      if (this.refusal !== undefined) {
        const { status, headers = '', body, isEndless = false } = this.refusal;
        const length = Buffer.byteLength(body) + (isEndless ? 1 : 0);
        stream.write(`HTTP/1.1 ${status} No\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`);
        if (!isEndless) stream.end();
        return;
      }
      this.sockets.handleUpgrade(request, stream, head, (socket) => {
        socket.on('message', (data: Buffer, isBinary) =>
          this.received.push(isBinary ? data : JSON.parse(data.toString())),
        );
        this.onConnection(socket);
      });
    });
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    if (!this.http.listening) return;
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.url?.endsWith('/end') === true) {
      this.ended.push(request.url);
      if (!this.isEndSilent) response.writeHead(409).end('{"error":"Over.","code":"SESSION_ENDED"}');
      return;
    }
    this.minted.push({ headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString()) });
    response
      .writeHead(201, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ...INFO, wsUrl: `${this.url.replace('http', 'ws')}/v1/realtime/s_1/ws` }));
  }
}

let server: ScriptedGateway;
let speko: Speko;

beforeEach(async () => {
  server = new ScriptedGateway();
  await server.listen();
  speko = new Speko({ apiKey: 'sk_test', baseUrl: server.url });
});
afterEach(() => server.close());

const say = (socket: WebSocket, frame: object): void => socket.send(JSON.stringify(frame));
/** What ES2024 calls `Promise.withResolvers`. */
function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('options', () => {
  test('[CN1] key and address come from the environment', async () => {
    vi.stubEnv('SPEKO_API_KEY', 'sk_env\n');
    vi.stubEnv('SPEKO_BASE_URL', server.url);
    await new Speko().createSession(PARAMS);
    expect(server.minted[0]?.headers).toMatchObject({ authorization: 'Bearer sk_env' });
  });

  test('[CN1] options win over the environment', async () => {
    vi.stubEnv('SPEKO_API_KEY', 'sk_env');
    vi.stubEnv('SPEKO_BASE_URL', 'http://127.0.0.1:1');
    await speko.createSession(PARAMS);
    expect(server.minted[0]?.headers).toMatchObject({ authorization: 'Bearer sk_test' });
  });

  test('[CN1, CL31] an address may be a URL, and end in /v1', async () => {
    await new Speko({ apiKey: 'sk_test', baseUrl: new URL(`${server.url}/v1/`) }).createSession(PARAMS);
    expect(server.minted).toHaveLength(1);
  });

  test('[CN14] unknown options are refused before anything is asked for', async () => {
    const prompt = { ...PARAMS, instructions: 'Be brief.' };
    const refused = {
      code: 'INVALID_ARGUMENT',
      message: 'connectRealtime() has no option "instructions". Use systemPrompt.',
    };
    expect(await failure(speko.connectRealtime(prompt))).toMatchObject(refused);
    expect(await failure(speko.createSession(prompt))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await failure(speko.createSession(undefined as never))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const tool = { name: 'a', description: '', parameters: {}, handler: () => 1 };
    expect(await failure(speko.createSession({ ...PARAMS, tools: [tool] }))).toMatchObject({
      message: 'defineTool() has no option "handler". Use execute.',
    });
    const options = { apiKey: 'sk_test', baseURL: server.url };
    expect(() => new Speko(options)).toThrow('new Speko() has no option "baseURL". Use baseUrl.');
    expect(await failure(RealtimeSession.open(INFO as never, { voice: 'x' } as never))).toMatchObject({
      message: expect.stringContaining('voice belongs to createSession().') as string,
    });
    expect(server.minted).toEqual([]);
    const session = await speko.connectRealtime({ ...PARAMS, openTimeoutMs: 1000, onIgnored: undefined });
    expect(() => session.interrupt({ played_ms: 100 } as never)).toThrow('Use playedMs.');
    await session.close();
    expect(server.received).toEqual([]);
  });

  test('[CN1] without an address it is the one a gateway listens on by default', async () => {
    vi.stubEnv('SPEKO_BASE_URL', '');
    const urls: string[] = [];
    const client = new Speko({
      apiKey: 'sk_test',
      fetch: (url) => {
        urls.push(url);
        return Promise.reject(new Error('not now'));
      },
    });
    await failure(client.createSession(PARAMS));
    expect(urls).toEqual(['http://127.0.0.1:8787/v1/sessions']);
  });

  test('[CN1] without a key nothing works', () => {
    vi.stubEnv('SPEKO_API_KEY', '');
    expect(() => new Speko()).toThrow(expect.objectContaining({ name: 'SpekoError', code: 'MISSING_API_KEY' }));
  });
});

describe('connecting', () => {
  test('[CN2, HS1, HS2] connectRealtime mints, then offers the token and the protocol', async () => {
    const session = await speko.connectRealtime({ ...PARAMS, idempotencyKey: 'k-1', metadata: { a: 1 } });
    expect(session).toBeInstanceOf(RealtimeSession);
    expect(session.sessionId).toBe('s_1');
    expect(server.minted).toMatchObject([
      {
        headers: { 'idempotency-key': 'k-1' },
        body: { mode: 's2s', s2s: { provider: 'echo', model: 'echo' }, metadata: { a: 1 } },
      },
    ]);
    expect(server.upgrades[0]?.['sec-websocket-protocol']).toBe('tok-1,speko.realtime.v1');
    expect(server.upgrades[0]?.['sec-websocket-extensions']).toBe(undefined);
    expect(server.upgrades[0]?.['authorization']).toBe(undefined);
  });

  test('[CN2] what one process minted another one opens', async () => {
    const handedOver = JSON.stringify(await speko.createSession(PARAMS));
    const session = await RealtimeSession.open(JSON.parse(handedOver) as never);
    expect(session.state).toBe('preparing');
  });

  test('[CN2, HS1] a gateway may select the token itself', async () => {
    server.sockets.options.handleProtocols = () => 'tok-1';
    const session = await speko.connectRealtime(PARAMS);
    expect(session.state).toBe('preparing');
  });

  test.each([
    [401, 'TOKEN_USED', 'SpekoAuthError', undefined],
    [403, 'ORIGIN_FORBIDDEN', 'SpekoAuthError', undefined],
    [409, 'SESSION_ENDED', 'SpekoApiError', undefined],
    [429, 'RATE_LIMITED', 'SpekoRateLimitError', 3],
  ])('[CN3, HS3] an upgrade refused with %i %s', async (status, code, name, retryAfterSeconds) => {
    server.refusal = {
      status,
      headers: retryAfterSeconds === undefined ? '' : `retry-after: ${retryAfterSeconds}\r\n`,
      body: JSON.stringify({ error: 'Mint a new session.', code }),
    };
    expect(await failure(speko.connectRealtime(PARAMS))).toMatchObject({
      name,
      status,
      code,
      message: 'Mint a new session.',
      retryAfterSeconds,
    });
  });

  test('[CN3] a refusal that never ends is cut short', async () => {
    server.refusal = { status: 500, body: 'x'.repeat(100_000), isEndless: true };
    expect(await failure(speko.connectRealtime(PARAMS))).toMatchObject({ status: 500, code: 'HTTP_ERROR' });
  });

  test('[CN3] a gateway that is not there is CONNECTION_FAILED', async () => {
    const info = await speko.createSession(PARAMS);
    const gone = new Speko({ apiKey: 'k', baseUrl: server.url });
    await server.close();
    const message = expect.stringContaining('ECONNREFUSED') as string;
    const refused = { code: 'ECONNREFUSED' };
    expect(await failure(gone.connectRealtime(PARAMS))).toMatchObject({
      code: 'CONNECTION_FAILED',
      message,
      cause: { message: 'fetch failed', cause: refused },
    });
    expect(await failure(RealtimeSession.open(info))).toMatchObject({
      code: 'CONNECTION_FAILED',
      message,
      cause: refused,
    });
  });

  test('[CN10] a session that did not open is ended, and the error is still why it did not open', async () => {
    server.refusal = { status: 503, body: '{"error":"Full.","code":"OVERLOADED"}' };
    expect(await failure(speko.connectRealtime(PARAMS))).toMatchObject({ code: 'OVERLOADED' });
    expect(server.ended).toEqual(['/v1/sessions/s_1/end']);
  });

  test('[CN10] a gateway that does not answer the end is waited for 1 s', async () => {
    server.refusal = { status: 503, body: '{"error":"Full.","code":"OVERLOADED"}' };
    server.isEndSilent = true;
    const startedMs = performance.now();
    expect(await failure(speko.connectRealtime(PARAMS))).toMatchObject({ code: 'OVERLOADED' });
    expect(server.ended).toEqual(['/v1/sessions/s_1/end']);
    expect(performance.now() - startedMs).toBeGreaterThan(900);
  });

  test('[CN10] a session that a repeat would get again is left alone', async () => {
    server.refusal = { status: 503, body: '{"error":"Full.","code":"OVERLOADED"}' };
    const outcome = await failure(speko.connectRealtime({ ...PARAMS, idempotencyKey: 'k-1' }));
    expect(outcome).toMatchObject({ code: 'OVERLOADED' });
    expect(server.ended).toEqual([]);
  });

  test.each<unknown>([Number.NaN, -1, '500'])(
    '[CN9] a silence that is no time is refused: %j',
    async (silenceTimeoutMs) => {
      const outcome = await failure(speko.connectRealtime({ ...PARAMS, silenceTimeoutMs: silenceTimeoutMs as number }));
      expect(outcome).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(server.upgrades).toEqual([]);
    },
  );

  test('[CL5] a gateway that accepts and says nothing is TIMEOUT', async () => {
    server.onSilence = () => {};
    expect(await failure(speko.connectRealtime({ ...PARAMS, openTimeoutMs: 20 }))).toMatchObject({ code: 'TIMEOUT' });
  });

  test('[CL5] an abort while opening rejects with its reason', async () => {
    const controller = new AbortController();
    server.onSilence = () => controller.abort('changed my mind');
    expect(await failure(speko.connectRealtime({ ...PARAMS, signal: controller.signal }))).toBe('changed my mind');
  });
});

describe('a call', () => {
  test('[CN4] audio is bit for bit the same both ways, whatever holds it', async () => {
    server.onConnection = (socket) => {
      say(socket, { t: 'speech', role: 'assistant', state: 'started', turn: 'a1' });
      socket.on('message', (data) => socket.send(data));
    };
    const session = await speko.connectRealtime(PARAMS);
    const samples = Int16Array.of(0, 1, -1, 32767, -32768);
    await session.sendAudio(samples);
    await session.sendAudio(Buffer.from([9, 8, 7, 6]));
    await session.sendAudio(Uint8Array.of(0, 255, 255, 0).subarray(1, 3));
    const echoed: number[][] = [];
    for await (const frame of session) {
      if (frame.type !== 'audio') continue;
      expect(frame).toMatchObject({ sampleRate: 24000, turn: 'a1' });
      echoed.push([...frame.pcm]);
      if (echoed.length === 3) break;
    }
    expect(echoed).toEqual([
      [0, 0, 1, 0, 255, 255, 255, 127, 0, 128],
      [9, 8, 7, 6],
      [255, 255],
    ]);
    expect(server.received.every((message) => Buffer.isBuffer(message))).toBe(true);
  });

  test('[CN4] a buffer may be filled again as soon as sendAudio was called', async () => {
    const session = await speko.connectRealtime(PARAMS);
    const buffer = new Int16Array(4);
    for (let round = 1; round <= 3; round++) {
      buffer.fill(round);
      void session.sendAudio(round === 2 ? buffer.buffer : buffer);
      buffer.fill(-1);
    }
    await session.close();
    expect(server.received.map((message) => [...(message as Buffer)])).toEqual([
      [1, 0, 1, 0, 1, 0, 1, 0],
      [2, 0, 2, 0, 2, 0, 2, 0],
      [3, 0, 3, 0, 3, 0, 3, 0],
    ]);
  });

  test('[CN12] what is no audio is refused, and nothing is sent', async () => {
    const session = await speko.connectRealtime(PARAMS);
    const floats = Float32Array.of(0.5, -0.5) as never;
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('Scale samples') as string };
    expect(await failure(session.sendAudio(floats))).toMatchObject(refused);
    expect(() => session.pushAudio(floats)).toThrow(expect.objectContaining(refused));
    expect(await failure(session.sendAudio(new ArrayBuffer(3)))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    await session.close();
    expect(server.received).toEqual([]);
  });

  test('[CN13] audio can be viewed as samples, whatever came before it, and shares its buffer with nothing', async () => {
    server.onConnection = (socket) => {
      for (let index = 0; index < 60; index++) {
        say(socket, { t: 'error', code: 'X', message: 'x'.repeat(index % 3) });
        socket.send(Int16Array.of(index, -index));
      }
      socket.close(1000);
    };
    const session = await speko.connectRealtime(PARAMS);
    const heard: number[][] = [];
    for await (const frame of session) {
      if (frame.type !== 'audio') continue;
      const { buffer, byteOffset, byteLength } = frame.pcm;
      heard.push([...new Int16Array(buffer, byteOffset, byteLength / 2)]);
      expect([byteOffset, buffer.byteLength, byteLength]).toEqual([0, 4, 4]);
    }
    expect(heard).toEqual(Array.from({ length: 60 }, (_, index) => [index, 0 - index]));
  });

  test('[CL10] frames sent with the handshake itself are not lost', async () => {
    server.onConnection = (socket) => {
      say(socket, { t: 'error', code: 'S2S_PROVIDER_CONNECT_FAILED', message: 'No such model.', fatal: true });
      say(socket, { t: 'end', reason: 'provider_connect_failed' });
      socket.close(1011, 'provider_connect_failed');
    };
    const session = await speko.connectRealtime(PARAMS);
    const frames: unknown[] = [];
    for await (const frame of session) frames.push(frame);
    expect(frames).toEqual([
      { type: 'error', code: 'S2S_PROVIDER_CONNECT_FAILED', message: 'No such model.', fatal: true },
      { type: 'close', code: 1011, reason: 'provider_connect_failed' },
    ]);
  });

  test('[CL12] tools answer over the socket', async () => {
    const answered = withResolvers<unknown>();
    server.onConnection = (socket) => {
      say(socket, { t: 'tool_call', callId: 'c1', name: 'add', arguments: '{"a":2,"b":3}' });
      socket.on('message', (data: Buffer) => answered.resolve(JSON.parse(data.toString())));
    };
    const parameters = { type: 'object' };
    const execute = ({ a, b }: Record<string, unknown>): unknown => ({ sum: Number(a) + Number(b) });
    await speko.connectRealtime({
      ...PARAMS,
      tools: [{ name: 'add', description: 'Adds.', parameters, execute }],
    });
    expect(await answered.promise).toEqual({ t: 'tool_result', callId: 'c1', output: '{"sum":5}' });
  });

  test('[CN5] a gateway that does not read makes sendAudio wait, and reading lets it go on', async () => {
    const connected = withResolvers<WebSocket>();
    server.onConnection = (socket) => {
      socket.pause();
      connected.resolve(socket);
    };
    const session = await speko.connectRealtime(PARAMS);
    const socket = await connected.promise;
    // Far more than the kernel keeps for two sockets.
    let sent = false;
    const sending = session.sendAudio(new Uint8Array(32_000_000)).then(() => (sent = true));
    // Goes all the way to the gateway and back, so whatever the sockets take, they have taken.
    await speko.createSession(PARAMS);
    expect(sent).toBe(false);
    socket.resume();
    await sending;
    await session.close();
    expect(server.received.reduce<number>((sum, message) => sum + (message as Buffer).byteLength, 0)).toBe(32_000_000);
  });
});

describe('ends', () => {
  async function closeOf(session: RealtimeSession): Promise<unknown> {
    for await (const frame of session) if (frame.type === 'close') return frame;
    return 'no close';
  }
  /** Opens a session and tells how its socket closed at the gateway. */
  async function open(signal?: AbortSignal): Promise<{ session: RealtimeSession; closed: Promise<unknown> }> {
    const closed = withResolvers<unknown>();
    server.onConnection = (socket) =>
      socket.on('close', (code, reason) => closed.resolve({ code, reason: reason.toString() }));
    const session = await speko.connectRealtime({ ...PARAMS, signal });
    return { session, closed: closed.promise };
  }

  test('[CN6] close', async () => {
    const { session, closed } = await open();
    await session.close();
    expect(await closed).toEqual({ code: 1000, reason: 'client_closed' });
    expect(await closeOf(session)).toEqual({ type: 'close', code: 1000, reason: 'client_closed' });
  });

  test('[CN6] close with a code of its own', async () => {
    const { session, closed } = await open();
    await Promise.all([session.close(4001, 'hung up'), session.close()]);
    expect(await closed).toEqual({ code: 4001, reason: 'hung up' });
  });

  test('[CN6] asyncDispose, which await using calls', async () => {
    const { session, closed } = await open();
    await session[Symbol.asyncDispose]();
    expect(session.state).toBe('closed');
    expect(await closed).toEqual({ code: 1000, reason: 'client_closed' });
  });

  test('[CN6] an aborted signal', async () => {
    const controller = new AbortController();
    const { session, closed } = await open(controller.signal);
    controller.abort();
    expect(await closed).toEqual({ code: 1000, reason: 'client_closed' });
    expect(await closeOf(session)).toEqual({ type: 'close', code: 1000, reason: 'client_closed' });
  });

  test('[CN6] an end by the gateway', async () => {
    server.onConnection = (socket) => {
      say(socket, { t: 'end', reason: 'duration_limit' });
      socket.close(4408, 'duration_limit');
    };
    const session = await speko.connectRealtime(PARAMS);
    expect(await closeOf(session)).toEqual({ type: 'close', code: 4408, reason: 'duration_limit' });
  });

  describe('silence', () => {
    // Only what the watch uses: sockets go on in real time.
    beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
    afterEach(() => vi.useRealTimers());

    /** A session opened without a mint, whose `fetch` would wait for the clock. */
    async function openQuietly(options: { silenceTimeoutMs?: number } = {}): Promise<RealtimeSession> {
      const wsUrl = `${server.url.replace('http', 'ws')}/v1/realtime/s_1/ws`;
      return RealtimeSession.open({ ...INFO, wsUrl }, options);
    }

    test('[CN9] a gateway that is silent for 65 s is lost, and no timer is left', async () => {
      const session = await openQuietly();
      vi.advanceTimersByTime(64_999);
      expect(await session.sendAudio(new Uint8Array(2))).toBe(true);
      vi.advanceTimersByTime(1);
      expect(await closeOf(session)).toEqual({ type: 'close', code: 1006, reason: 'connection_lost' });
      expect(vi.getTimerCount()).toBe(0);
    });

    test.each(['ping', 'message'] as const)('[CN9] a %s is a sign of life', async (kind) => {
      const connected = withResolvers<WebSocket>();
      server.onConnection = connected.resolve;
      const session = await openQuietly();
      const socket = await connected.promise;
      vi.advanceTimersByTime(64_999);
      if (kind === 'ping') {
        socket.ping();
        await once(socket, 'pong');
      } else {
        say(socket, { t: 'error', code: 'INTERNAL', message: 'x' });
        await session[Symbol.asyncIterator]().next();
      }
      vi.advanceTimersByTime(64_999);
      const closed = once(socket, 'close');
      await session.close();
      // A connection that was cut would have no close code.
      expect((await closed)[0]).toBe(1000);
      expect(vi.getTimerCount()).toBe(0);
    });

    test('[CN9] 0 is no limit', async () => {
      const session = await openQuietly({ silenceTimeoutMs: 0 });
      expect(vi.getTimerCount()).toBe(0);
      await session.close();
    });
  });

  test('[CL3] a connection that breaks', async () => {
    server.onConnection = (socket) => socket.terminate();
    const session = await speko.connectRealtime(PARAMS);
    expect(await closeOf(session)).toEqual({ type: 'close', code: 1006, reason: 'connection_lost' });
    expect(await session.sendAudio(new Uint8Array(2))).toBe(false);
  });
});

describe('bounds', () => {
  test('[CN11] a message over 64 MiB ends the session', async () => {
    server.onConnection = (socket) => socket.send(Buffer.alloc(67_108_866));
    const session = await speko.connectRealtime(PARAMS);
    const frames: unknown[] = [];
    for await (const frame of session) frames.push(frame);
    expect(frames).toEqual([{ type: 'close', code: 1009, reason: 'message_too_large' }]);
  });

  test('[CN11] a large message of audio is taken', async () => {
    server.onConnection = (socket) => {
      socket.send(Buffer.alloc(16_777_216));
      socket.close(1000);
    };
    const session = await speko.connectRealtime(PARAMS);
    const sizes: number[] = [];
    for await (const frame of session) if (frame.type === 'audio') sizes.push(frame.pcm.byteLength);
    expect(sizes).toEqual([16_777_216]);
  });

  test('[CN11, CL26] a text over 4 MiB is passed over, and the session goes on', async () => {
    const frame = '{"t":"error","code":"PROVIDER_ERROR","message":"Slow."}';
    server.onConnection = (socket) => {
      socket.send(frame.padEnd(4_194_305));
      socket.send(frame.padEnd(4_194_304));
      socket.close(1000);
    };
    const ignored: { type: string }[] = [];
    const session = await speko.connectRealtime({ ...PARAMS, onIgnored: (message) => ignored.push(message) });
    const types: string[] = [];
    for await (const { type } of session) types.push(type);
    expect(types).toEqual(['error', 'close']);
    expect(ignored).toMatchObject([{ type: 'malformed-frame' }]);
  });

  test('[CL28] a mint that is answered without end is BAD_RESPONSE', async () => {
    let sentBytes = 0;
    server.http.removeAllListeners('request');
    server.http.on('request', (_request, response) => {
      response.writeHead(201).on('error', () => {});
      const pour = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536))) sentBytes += 65_536;
        sentBytes += 65_536;
      };
      response.on('drain', pour);
      pour();
    });
    expect(await failure(speko.createSession(PARAMS))).toMatchObject({ code: 'BAD_RESPONSE' });
    expect(sentBytes).toBeLessThan(33_554_432);
  });
});
