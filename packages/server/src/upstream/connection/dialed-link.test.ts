import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionConfig, SessionEvent } from '@speko/adapter';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { FakeClock } from '../../../test/fake-clock.ts';
import { mirrorAdapter, type MirrorOptions } from '../../../test/mirror-adapter.ts';
import { systemClock, type Clock } from '../../clock.ts';
import { EventOutlet } from '../event-outlet.ts';
import { DialedLink } from './dialed-link.ts';
import type { LinkListener } from './provider-link.ts';

const config: SessionConfig = {
  sessionId: 's1',
  model: 'mirror-1',
  tools: [],
  turnDetection: 'auto',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
};

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

interface LinkNeeds {
  readonly clock?: Clock;
  readonly adapter?: typeof mirrorAdapter;
}

async function startVendor(handler?: (server: Server) => void) {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  if (handler === undefined) {
    server.on('upgrade', (request, stream, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
    });
  } else handler(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return {
    sockets,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connection: async () => {
      const [socket] = (await once(sockets, 'connection')) as [WebSocket];
      return socket;
    },
  };
}

function createDialedLink(
  adapter: typeof mirrorAdapter,
  options: MirrorOptions,
  listener: LinkListener,
  clock: Clock = systemClock,
): DialedLink<MirrorOptions> {
  return new DialedLink({ adapter, config, options, plan: adapter.plan(config, options), clock, listener });
}

/** A link and what it reports, which waits until `listen`. */
function startLink(options: MirrorOptions, { clock = systemClock, adapter = mirrorAdapter }: LinkNeeds = {}) {
  const outlet = new EventOutlet((isPaused) => (isPaused ? link.pause() : link.resume()));
  const link = createDialedLink(adapter, options, outlet, clock);
  cleanups.push(() => link.close());
  const events: SessionEvent[] = [];
  const waiting: { type: string; resolve: (event: SessionEvent) => void }[] = [];
  return {
    link,
    events,
    listen: () =>
      outlet.listen({
        event: (event) => {
          events.push(event);
          const index = waiting.findIndex((waiter) => waiter.type === event.type);
          if (index !== -1) waiting.splice(index, 1)[0]?.resolve(event);
        },
        fault: (error) => {
          throw error;
        },
      }),
    next: (type: string): Promise<SessionEvent> => {
      const seen = events.findLast((event) => event.type === type);
      return seen === undefined ? new Promise((resolve) => waiting.push({ type, resolve })) : Promise.resolve(seen);
    },
  };
}

test('[LM2] events that come before anyone listens are kept, in order', async () => {
  const vendor = await startVendor();
  const { link, events, listen, next } = startLink({ url: vendor.url });
  const connection = vendor.connection();
  link.start();
  const socket = await connection;
  await once(socket, 'message');
  socket.send('{"type":"session-ready","ignored":[]}');
  socket.send('{"type":"response-start","responseId":"r1"}');
  socket.ping();
  await once(socket, 'pong');
  expect(events).toEqual([]);
  listen();
  await next('response-start');
  expect(events.map((event) => event.type)).toEqual(['session-ready', 'response-start']);
});

test('[ER5] an upgrade that is refused is reported with its status and body', async () => {
  const vendor = await startVendor((server) =>
    server.on('upgrade', (_request, stream) =>
      stream.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\nConnection: close\r\n\r\nwrong key'),
    ),
  );
  const { link, listen, next } = startLink({ url: vendor.url });
  listen();
  link.start();
  expect(await next('provider-error')).toMatchObject({
    message: 'refused 401 wrong key',
    fatal: true,
    retryable: false,
  });
  expect(link.failed).toEqual({ retryable: false });
});

test('[ER5] a link that failed before anyone listened keeps the reason for whoever claims it', async () => {
  const vendor = await startVendor((server) =>
    server.on('upgrade', (_request, stream) =>
      stream.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\nConnection: close\r\n\r\nwrong key'),
    ),
  );
  const { link, events, listen } = startLink({ url: vendor.url });
  link.start();
  await expect.poll(() => link.failed).toEqual({ retryable: false });
  listen();
  expect(events).toMatchObject([{ type: 'provider-error', message: 'refused 401 wrong key', fatal: true }]);
});

test('[ER5] a port on which nobody listens is reported as unreachable', async () => {
  const { link, listen, next } = startLink({ url: 'ws://127.0.0.1:1' });
  listen();
  link.start();
  expect(await next('provider-error')).toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('[ER5] a vendor that accepts the connection and then says nothing runs into the handshake deadline', async () => {
  const vendor = await startVendor((server) => server.on('upgrade', () => {}));
  const { link, listen, next } = startLink({ url: vendor.url, handshakeTimeoutMs: 50 });
  listen();
  link.start();
  expect(await next('provider-error')).toMatchObject({ message: expect.stringContaining('unreachable') });
});

test('[ER5] a vendor that never gets ready runs into the ready deadline', async () => {
  const vendor = await startVendor();
  const { link, listen, next } = startLink({ url: vendor.url, readyTimeoutMs: 50 });
  listen();
  link.start();
  expect(await next('provider-error')).toMatchObject({ message: 'timed-out The provider was not ready within 50 ms.' });
});

test('[EN5] a vendor that leaves two pings unanswered is taken for dead', async () => {
  const vendor = await startVendor();
  const connection = vendor.connection();
  const { link, listen, next } = startLink({ url: vendor.url, pingIntervalMs: 30 });
  listen();
  link.start();
  const socket = await connection;
  socket.send('{"type":"session-ready","ignored":[]}');
  socket.pause();
  expect(await next('provider-error')).toMatchObject({
    message: expect.stringMatching(/timed-out The provider left 2 pings/),
  });
});

test('[EN5] the close code and reason of the vendor reach the codec, and nothing follows the fatal error', async () => {
  const vendor = await startVendor();
  const connection = vendor.connection();
  const { link, events, listen, next } = startLink({ url: vendor.url });
  listen();
  link.start();
  (await connection).close(4004, 'no such model');
  expect(await next('provider-error')).toMatchObject({ message: 'closed 4004 no such model' });
  link.close();
  link.close();
  expect(events.at(-1)?.type).toBe('provider-error');
});

test('[ER5] an address that cannot be dialled fails the link, not the process', async () => {
  const { link, listen, next } = startLink({ url: 'not a url' });
  listen();
  link.start();
  expect(await next('provider-error')).toMatchObject({ code: 'CONNECT_FAILED' });
});

test('[ER5] a listener that closes the link when the connection fails closes it in peace', async () => {
  const fault = await new Promise<unknown>((resolve) => {
    const event = (): void => {
      link.close();
      resolve(undefined);
    };
    const link = createDialedLink(mirrorAdapter, { url: 'ws://127.0.0.1:1' }, { event, fault: resolve });
    link.start();
  });
  expect(fault).toBeUndefined();
});

const heldEvent: SessionEvent = { type: 'tool-cancel', callId: 'c1' };

/** The mirror adapter with a codec that still holds something at the end. */
const holdingAdapter: typeof mirrorAdapter = {
  ...mirrorAdapter,
  createCodec(...args) {
    const codec = mirrorAdapter.createCodec(...args);
    return { ...codec, wakeAtMs: undefined, close: (...end) => [heldEvent, ...codec.close(...end)] };
  },
};

/** A link with that adapter, started. */
function startHolding(url: string) {
  const { link, listen, next } = startLink({ url }, { adapter: holdingAdapter });
  listen();
  link.start();
  return { link, next };
}

test('[EN5] a link that is closed gives what its codec still held, once, and says when the connection is gone', async () => {
  const vendor = await startVendor();
  const connection = vendor.connection();
  const { link, next } = startHolding(vendor.url);
  const socket = await connection;
  socket.send('{"type":"session-ready","ignored":[]}');
  await next('session-ready');
  const closedByLink = once(socket, 'close');
  await new Promise<void>((resolve) => {
    expect(link.close(resolve)).toEqual([heldEvent]);
    expect(link.close()).toEqual([]);
  });
  expect((await closedByLink)[0]).toBe(1000);
});

test('[EN5] a link that failed keeps what its codec held for whoever closes it', async () => {
  const { link, next } = startHolding('ws://127.0.0.1:1');
  expect(await next('provider-error')).toMatchObject({ code: 'CONNECT_FAILED' });
  await new Promise<void>((resolve) => expect(link.close(resolve)).toEqual([heldEvent]));
});

const READY = '{"type":"session-ready","ignored":[]}';
const TINY = '{"type":"tool-cancel","callId":"c1"}';

/** A link that is ready, and the vendor's side of it. */
async function startReady(needs: LinkNeeds = {}, options: Partial<MirrorOptions> = {}) {
  const vendor = await startVendor();
  const connection = vendor.connection();
  const started = startLink({ url: vendor.url, ...options }, needs);
  started.listen();
  started.link.start();
  const socket = await connection;
  socket.send(READY);
  await started.next('session-ready');
  return { ...started, socket };
}

/** Time for whatever is on its way to arrive: a message of another connection goes there. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const { link } = await startReady();
    link.close();
  }
}

test('[EN12] between two of thousands of tiny messages in one read other work has its turn', async () => {
  const { events, next, socket } = await startReady();
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  for (let count = 0; count < 2000; count++) socket.send(TINY);
  socket.send('{"type":"response-start","responseId":"last"}');
  await next('response-start');
  isOver = true;
  expect(events).toHaveLength(2002);
  expect(turns).toBeGreaterThan(1900);
});

test('[EN12] a vendor that sends too fast is not read for a moment, and loses nothing', async () => {
  const clock = new FakeClock();
  const { events, next, socket } = await startReady({ clock });
  for (let count = 0; count < 25_000; count++) socket.send(TINY);
  socket.send('{"type":"response-start","responseId":"last"}');
  // One message a turn, where nobody holds them back.
  for (let turn = 0; turn < 50_000; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(events.some(({ type }) => type === 'response-start')).toBe(false);
  const last = next('response-start');
  const timer = setInterval(() => clock.advance(1000), 1);
  cleanups.push(() => clearInterval(timer));
  await last;
  expect(events).toHaveLength(25_002);
});

test('[EN11] a link that is paused before it is open is paused once it is', async () => {
  const vendor = await startVendor();
  const connection = vendor.connection();
  const clock = new FakeClock();
  const { link, events, listen, next } = startLink({ url: vendor.url, readyTimeoutMs: 50 }, { clock });
  listen();
  link.start();
  link.pause();
  const socket = await connection;
  await once(socket, 'message');
  socket.send(READY);
  await settle();
  clock.advance(60_000);
  expect(events).toEqual([]);
  link.resume();
  await next('session-ready');
});

test('[EN11] a vendor that is not read keeps its line, whatever its pongs and its own pings', async () => {
  const clock = new FakeClock();
  /** Its codec wants to hear something every second. */
  const adapter: typeof mirrorAdapter = {
    ...mirrorAdapter,
    createCodec(...args) {
      const codec = mirrorAdapter.createCodec(...args);
      let dueAtMs: number | undefined;
      const silent: SessionEvent = {
        type: 'provider-error',
        code: 'CONNECTION_LOST',
        message: 'silent',
        fatal: true,
        retryable: true,
      };
      return {
        ...codec,
        get wakeAtMs() {
          return dueAtMs;
        },
        wake(nowMs) {
          return { frames: [], events: nowMs < (dueAtMs ?? Infinity) ? [] : [silent] };
        },
        decode(frame, nowMs) {
          dueAtMs = nowMs + 1000;
          return codec.decode(frame, nowMs);
        },
      };
    },
  };
  const { link, events, next, socket } = await startReady({ clock, adapter }, { pingIntervalMs: 20_000 });
  link.pause();
  socket.send('{"type":"response-start","responseId":"waiting"}');
  clock.advance(600_000);
  link.resume();
  link.appendAudio(new Uint8Array(2));
  clock.advance(500);
  await next('response-start');
  clock.advance(600);
  expect(events.map(({ type }) => type)).toEqual(['session-ready', 'response-start']);
  clock.advance(1000);
  expect(await next('provider-error')).toMatchObject({ message: 'silent' });
});

test('[EN9] how far away an end is tells the clock of the vendor, where it shows it', async () => {
  const vendor = await startVendor();
  vendor.sockets.on('headers', (headers: string[]) => headers.push('Date: Tue, 12 Jan 2027 11:00:00 GMT'));
  const connection = vendor.connection();
  const clock = new FakeClock();
  const { link, listen, next } = startLink({ url: vendor.url }, { clock });
  listen();
  link.start();
  const inAnHourMs = Date.UTC(2027, 0, 12, 12);
  (await connection).send(JSON.stringify({ type: 'session-ready', ignored: [], expiresAtMs: inAnHourMs }));
  expect(await next('session-ready')).toMatchObject({ expiresAtMs: clock.epochMs() + 3_600_000 });
});

test.each([
  ['a bearer token', { headers: { authorization: 'Bearer harbour 12345678' }, protocols: [] }, 'harbour 12345678'],
  ['a scheme of the vendor', { headers: { authorization: 'Brook harbour-key' }, protocols: [] }, 'harbour-key'],
  ['a header of its own', { headers: { 'api-key': 'harbour-key' }, protocols: [] }, 'harbour-key'],
  ['a subprotocol', { headers: {}, protocols: ['harbour-key'] }, 'harbour-key'],
  ['a prefix in a subprotocol', { headers: {}, protocols: ['acme-key.harbour-key'] }, 'harbour-key'],
])('[LM1] [ER6] a credential that the vendor repeats does not come through: %s', async (_title, where, credential) => {
  const adapter: typeof mirrorAdapter = {
    ...mirrorAdapter,
    plan: (...args) => ({ ...mirrorAdapter.plan(...args), ...where }),
  };
  const { next, socket } = await startReady({ adapter });
  socket.close(4000, `Not with ${credential}.`);
  expect(await next('provider-error')).toMatchObject({ message: 'closed 4000 Not with [redacted].' });
});

test('[LM1] what a vendor quotes of a result, in an error or in its close reason, does not come through', async () => {
  const { link, next, socket } = await startReady();
  link.send({ type: 'tool-result', callId: 'c1', output: 'The account holds 12,402 euros and 18 cents.' });
  socket.close(4000, 'refused: The account holds 12,402 euros and 18 cents.');
  expect(await next('provider-error')).toMatchObject({ message: 'closed 4000 refused: [redacted].' });
});
