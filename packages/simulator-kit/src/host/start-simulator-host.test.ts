import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ProviderSimulator } from '../provider-simulator.ts';
import { startSimulatorHost, type SimulatorHost, type SimulatorHostOptions } from './start-simulator-host.ts';

/** Greets, sends everything back, ticks when asked to and ends when asked to. */
function createParrot(id = 'parrot'): ProviderSimulator {
  return {
    id,
    upgrade: (request) =>
      request.headers['authorization'] === 'Bearer wrong'
        ? { type: 'refuse', status: 401, body: '{"error":"bad key"}' }
        : { type: 'accept', ...(request.protocols[0] === undefined ? {} : { protocol: request.protocols[0] }) },
    connect: (request) => {
      let wakeAtMs: number | undefined;
      return {
        open: () => ({ frames: [`hello ${request.url}`] }),
        receive(frame, nowMs) {
          if (frame === 'tick') {
            wakeAtMs = nowMs + 5;
            return { frames: [] };
          }
          if (frame === 'quota') return { frames: ['sorry'], end: { type: 'close', code: 1013, reason: 'no.credit' } };
          if (frame === 'odd') return { frames: [], end: { type: 'close', code: 4004, reason: 'é'.repeat(100) } };
          if (frame === 'cut') return { frames: [], end: { type: 'drop' } };
          return { frames: [frame] };
        },
        get wakeAtMs() {
          return wakeAtMs;
        },
        wake() {
          wakeAtMs = undefined;
          return { frames: ['tock'] };
        },
      };
    },
  };
}

const hosts: SimulatorHost[] = [];
const clients: WebSocket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

async function start(options: Partial<SimulatorHostOptions> = {}): Promise<SimulatorHost> {
  const host = await startSimulatorHost(options.simulators ? options : { simulator: createParrot(), ...options });
  hosts.push(host);
  return host;
}

/** A client that collects what it gets; `next` waits for one more message. */
function dial(url: string, protocols: string[] = [], headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, protocols, { headers });
  clients.push(socket);
  const messages: (string | Uint8Array)[] = [];
  const waiting: ((message: string | Uint8Array) => void)[] = [];
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? new Uint8Array(data as Buffer) : (data as Buffer).toString();
    const wait = waiting.shift();
    if (wait) wait(message);
    else messages.push(message);
  });
  socket.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const refused = new Promise<{ status: number; body: string }>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
  const next = (): Promise<string | Uint8Array> => {
    const ready = messages.shift();
    return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
  };
  return { socket, next, messages, closed, refused };
}

/** Time passes only by `advance`; `due` are the timers that are set. */
function createFakeClock() {
  let nowMs = 0;
  const due: { atMs: number; run: () => void }[] = [];
  const clock = {
    nowMs: () => nowMs,
    schedule(delayMs: number, run: () => void) {
      const timer = { atMs: nowMs + delayMs, run };
      due.push(timer);
      return () => void (due.includes(timer) && due.splice(due.indexOf(timer), 1));
    },
  };
  const advance = (ms: number): void => {
    nowMs += ms;
    for (const timer of due.filter(({ atMs }) => atMs <= nowMs)) {
      due.splice(due.indexOf(timer), 1);
      timer.run();
    }
  };
  return { clock, due, advance };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('serving', () => {
  test('text frames reach the simulator as strings and binary frames as bytes, and come back as they were', async () => {
    const host = await start({ recordFrames: true });
    const client = dial(`${host.wsUrl}/v1/realtime?model=m`);
    expect(await client.next()).toBe('hello /v1/realtime?model=m');
    client.socket.send('text');
    client.socket.send(Uint8Array.of(1, 2, 3));
    expect(await client.next()).toBe('text');
    expect(await client.next()).toEqual(Uint8Array.of(1, 2, 3));
    const connection = await host.nextConnection();
    expect(connection.receivedFrames.map(({ frame }) => frame)).toEqual(['text', Uint8Array.of(1, 2, 3)]);
    expect([connection.receivedCount, connection.sentCount]).toEqual([2, 3]);
    expect(connection.request.url).toBe('/v1/realtime?model=m');
  });

  test('the simulator chooses the subprotocol and sees lower-case headers', async () => {
    const host = await start();
    const client = dial(host.wsUrl, ['realtime', 'other'], { 'X-Trace': 'abc' });
    await client.next();
    expect(client.socket.protocol).toBe('realtime');
    const { request } = await host.nextConnection();
    expect(request.protocols).toEqual(['realtime', 'other']);
    expect(request.headers['x-trace']).toBe('abc');
  });

  test('a refusal is an HTTP answer with status and body', async () => {
    const host = await start();
    const client = dial(host.wsUrl, [], { authorization: 'Bearer wrong' });
    expect(await client.refused).toEqual({ status: 401, body: '{"error":"bad key"}' });
    expect([host.attemptCount, host.refusedCount, host.connections.length]).toEqual([1, 1, 0]);
  });

  test('a machine is woken at the time it names', async () => {
    const host = await start();
    const client = dial(host.wsUrl);
    await client.next();
    client.socket.send('tick');
    expect(await client.next()).toBe('tock');
  });

  test('several simulators are mounted under their ids, and other paths are 404', async () => {
    const host = await start({ simulators: [createParrot('openai'), createParrot('google')] });
    const client = dial(`${host.urlOf('google').replace('http', 'ws')}/v1/x`);
    expect(await client.next()).toBe('hello /v1/x');
    expect((await host.nextConnection()).simulatorId).toBe('google');
    const lost = dial(`${host.wsUrl}/openaix/v1`);
    expect(await lost.refused).toEqual({ status: 404, body: 'No simulator here. Known: /openai, /google.' });
    expect(() => host.urlOf('acme')).toThrow('This host has no simulator with the id "acme".');
  });

  test('a plain HTTP request is told to upgrade', async () => {
    const host = await start();
    const response = await fetch(host.url);
    expect(response.status).toBe(426);
  });
});

describe('pings', () => {
  test('each connection is pinged every 20 s, not while it is stalled, and no more once it is closed', async () => {
    const { clock, due, advance } = createFakeClock();
    const host = await start({ clock });
    const client = dial(host.wsUrl);
    let pings = 0;
    client.socket.on('ping', () => (pings += 1));
    await client.next();
    const connection = await host.nextConnection();
    expect(due.map(({ atMs }) => atMs)).toEqual([20_000]);
    advance(20_000);
    await until(() => pings === 1);

    connection.stall();
    advance(20_000);
    connection.resume();
    connection.send('after the stall');
    expect(await client.next()).toBe('after the stall');
    expect(pings).toBe(1);

    advance(20_000);
    await until(() => pings === 2);
    client.socket.close();
    await connection.closed;
    expect(due).toEqual([]);
  });

  test.each([
    [5_000, [5_000]],
    [0, []],
  ])('pingIntervalMs %d sets timers at %j', async (pingIntervalMs, atMs) => {
    const { clock, due } = createFakeClock();
    const host = await start({ clock, pingIntervalMs });
    await dial(host.wsUrl).next();
    expect(due.map((timer) => timer.atMs)).toEqual(atMs);
  });
});

describe('endings', () => {
  test.each([
    ['quota', { code: 1013, reason: 'no.credit' }],
    ['odd', { code: 4004, reason: 'é'.repeat(61) }],
    ['cut', { code: 1006, reason: '' }],
  ])('a simulator that says %s ends the connection so', async (word, end) => {
    const host = await start();
    const client = dial(host.wsUrl);
    await client.next();
    client.socket.send(word);
    expect(await client.closed).toEqual(end);
    await (
      await host.nextConnection()
    ).closed;
    expect(host.openConnections).toEqual([]);
  });

  test('a test closes or drops a connection of its choice', async () => {
    const host = await start();
    const first = dial(host.wsUrl);
    await first.next();
    const second = dial(host.wsUrl);
    await second.next();
    (await host.nextConnection()).close(3000, 'invalid_request_error.invalid_api_key');
    (await host.nextConnection()).drop();
    expect(await first.closed).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
    expect(await second.closed).toEqual({ code: 1006, reason: '' });
  });

  test('the simulator learns once that a connection is gone, whoever ended it', async () => {
    const parrot = createParrot();
    let goneCount = 0;
    const host = await start({
      simulator: {
        ...parrot,
        connect: (request, nowMs) =>
          Object.assign(parrot.connect(request, nowMs), {
            closed: () => {
              goneCount += 1;
            },
          }),
      },
    });
    for (const end of [
      (client: ReturnType<typeof dial>) => client.socket.close(),
      (client: ReturnType<typeof dial>) => client.socket.send('cut'),
    ]) {
      const client = dial(host.wsUrl);
      await client.next();
      const connection = await host.nextConnection();
      end(client);
      await Promise.all([client.closed, connection.closed]);
    }
    expect(goneCount).toBe(2);
  });

  test('close drops clients and unanswered upgrades, frees the port and may be called twice', async () => {
    const host = await start({ faults: (_request, attempt) => ({ neverAnswer: attempt === 1 }) });
    const open = dial(host.wsUrl);
    await open.next();
    const pending = dial(host.wsUrl);
    while (host.attemptCount < 2) await new Promise((resolve) => setImmediate(resolve));
    const closing = host.close();
    expect(host.close()).toBe(closing);
    await closing;
    expect((await open.closed).code).toBe(1006);
    expect((await pending.closed).code).toBe(1006);
    await expect(fetch(host.url)).rejects.toThrow('fetch failed');
  });
});

describe('faults', () => {
  test('refuse answers in place of the simulator, until the faults are replaced', async () => {
    const host = await start({ faults: { refuse: { status: 503, body: 'busy' } } });
    expect(await dial(host.wsUrl).refused).toEqual({ status: 503, body: 'busy' });
    host.setFaults({});
    expect(await dial(host.wsUrl).next()).toBe('hello /');
  });

  test('dropAfterFrames delivers so many frames and cuts', async () => {
    const host = await start({ faults: { dropAfterFrames: 3 } });
    const client = dial(host.wsUrl);
    for (const word of ['a', 'b', 'c', 'd']) client.socket.on('open', () => client.socket.send(word));
    expect(await client.closed).toEqual({ code: 1006, reason: '' });
    expect(client.messages).toEqual(['hello /', 'a', 'b']);
  });

  test('a stalled connection holds frames back and answers no ping, until it is resumed', async () => {
    const host = await start({ faults: { stallAfterFrames: 1 } });
    const client = dial(host.wsUrl);
    await client.next();
    let pongs = 0;
    client.socket.on('pong', () => (pongs += 1));
    client.socket.send('held');
    client.socket.ping();
    const connection = await host.nextConnection();
    while (connection.receivedCount === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(client.messages).toEqual([]);
    connection.resume();
    expect(await client.next()).toBe('held');
    expect(pongs).toBe(0);
    const pong = new Promise((resolve) => client.socket.once('pong', resolve));
    client.socket.ping();
    await pong;
  });

  test('delays run on the host clock and keep the order of frames', async () => {
    const { clock, due, advance } = createFakeClock();
    const host = await start({ clock, pingIntervalMs: 0, faults: { connectDelayMs: 100, frameDelayMs: 50 } });
    const client = dial(host.wsUrl);
    await until(() => due.length === 1);
    expect(due[0]?.atMs).toBe(100);
    advance(100);
    await until(() => client.socket.readyState === client.socket.OPEN);
    expect(due.map(({ atMs }) => atMs)).toEqual([150]);
    client.socket.send('a');
    client.socket.send('b');
    await until(() => due.length === 3);
    advance(50);
    expect(await client.next()).toBe('hello /');
    await until(() => due.length === 2);
    advance(50);
    expect([await client.next(), await client.next()]).toEqual(['a', 'b']);
  });
});
