import type { DialedAdapter, SessionEvent } from '@speko/adapter';
import type { ProviderSimulator, SimulatorOutput } from '@speko/simulator-kit';
import { describe, expect, test } from 'vitest';
import { driveAdapter, type AdapterDriver, type DriveOptions } from './drive-adapter.ts';

const raw = (name: string): SessionEvent => ({ type: 'provider-raw', name, raw: null });
const NOTHING: SimulatorOutput = { frames: [] };

/** Says hello, names every frame it gets, asks to be woken 100 ms after a frame `wake me`. */
function createNamer(): DialedAdapter<object> {
  return {
    kind: 'dialed',
    id: 'namer',
    displayName: 'Namer',
    exampleModel: 'm',
    capabilities: { reasons: {} } as unknown as DialedAdapter['capabilities'],
    parseOptions: (input) => input as object,
    plan: (config) => ({
      url: `wss://namer.example/v1?model=${config.model}`,
      headers: { Authorization: 'Bearer k' },
      protocols: [],
      audio: { inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 },
      handshakeTimeoutMs: 1,
      readyTimeoutMs: 1,
      maxMessageBytes: 1,
      keepAlive: null,
    }),
    createCodec: () => {
      let wakeAtMs: number | undefined;
      return {
        hello: () => ({ events: [], frames: ['hello'] }),
        decode(frame, nowMs) {
          const name = typeof frame === 'string' ? frame : `bytes ${new TextDecoder().decode(frame)}`;
          if (name.endsWith('wake me')) wakeAtMs = nowMs + 100;
          return { events: [raw(name)], frames: [] };
        },
        appendAudio: (pcm) => [`audio ${pcm.byteLength}`],
        encode: (command) =>
          command.type === 'text-append'
            ? { type: 'ok', events: [raw('sent')], frames: [command.text] }
            : { type: 'unsupported', reason: 'Not here.' },
        get wakeAtMs() {
          return wakeAtMs;
        },
        wake(nowMs) {
          wakeAtMs = undefined;
          return { events: [raw(`woken at ${nowMs}`)], frames: [] };
        },
        close: (end) => [raw(`closed ${JSON.stringify(end)}`)],
      };
    },
  };
}

/** Answers each frame by `re: <frame>`; some words have a meaning. */
function createEchoSimulator(): ProviderSimulator {
  return {
    id: 'namer',
    upgrade: ({ url, headers }) =>
      url === '/v1?model=m' && headers['authorization'] === 'Bearer k'
        ? { type: 'accept' }
        : { type: 'refuse', status: 404, body: url },
    connect: () => {
      let wakeAtMs: number | undefined;
      return {
        open: () => ({ frames: ['welcome'] }),
        receive(frame, nowMs) {
          if (frame === 'later') {
            wakeAtMs = nowMs + 50;
            return NOTHING;
          }
          if (frame === 'bye') return { frames: ['so long'], end: { type: 'close', code: 4004, reason: 'gone' } };
          if (frame === 'cut') return { frames: [], end: { type: 'drop' } };
          return { frames: [`re: ${String(frame)}`] };
        },
        get wakeAtMs() {
          return wakeAtMs;
        },
        wake() {
          wakeAtMs = undefined;
          return { frames: ['late'] };
        },
      };
    },
  };
}

function start(options: Partial<DriveOptions<object>> = {}): AdapterDriver {
  return driveAdapter({
    adapter: createNamer(),
    simulator: createEchoSimulator(),
    textFramesAs: 'string',
    ...options,
  });
}

function namesOf(driver: AdapterDriver): string[] {
  return driver.timeline.map(
    ({ atMs, event }) => `${atMs}: ${event.type === 'provider-raw' ? event.name : event.type}`,
  );
}

const say = (driver: AdapterDriver, text: string) => driver.command({ type: 'text-append', text });

describe('the wire in memory', () => {
  test('frames cross in order, each after the network delay', () => {
    const driver = start({ networkDelayMs: 30 });
    driver.advance(100);
    say(driver, 'hi');
    driver.advance(100);
    expect(namesOf(driver)).toEqual(['30: welcome', '60: re: hello', '100: sent', '160: re: hi']);
  });

  test('text frames reach the codec as bytes unless asked otherwise', () => {
    expect(namesOf(driveAdapter({ adapter: createNamer(), simulator: createEchoSimulator() }))).toEqual([
      '0: bytes welcome',
      '0: bytes re: hello',
    ]);
  });

  test('machine and simulator are woken at the times they name', () => {
    const driver = start();
    say(driver, 'later');
    say(driver, 'wake me');
    driver.advance(1000);
    expect(namesOf(driver).slice(-2)).toEqual(['50: late', '100: woken at 100']);
    expect([driver.nowMs, driver.wakeFaults]).toEqual([1000, []]);
  });

  test('audio is handed over at the pace of speech', () => {
    const driver = start();
    driver.speak(new Uint8Array(1500));
    expect(namesOf(driver).slice(2)).toEqual(['0: re: audio 640', '20: re: audio 640', '40: re: audio 220']);
    driver.pause(40);
    expect(driver.nowMs).toBe(100);
  });

  test('the simulator learns once that the connection is gone', () => {
    const simulator = createEchoSimulator();
    const goneAtMs: number[] = [];
    const driver = start({
      simulator: {
        ...simulator,
        connect: (request, nowMs) =>
          Object.assign(simulator.connect(request, nowMs), { closed: (atMs: number) => goneAtMs.push(atMs) }),
      },
    });
    driver.advance(30);
    driver.close();
    driver.close();
    expect(goneAtMs).toEqual([30]);
  });

  test('an unsupported command sends nothing and says why', () => {
    const driver = start();
    expect(driver.command({ type: 'audio-clear' })).toEqual({ type: 'unsupported', reason: 'Not here.' });
    expect(driver.transcript.filter((line) => line.dir === 'out')).toHaveLength(1);
  });

  test('everything that crossed is in the transcript', () => {
    const driver = start();
    say(driver, 'hi');
    driver.append(new Uint8Array(320));
    expect(driver.transcript).toEqual([
      { dir: 'out', atMs: 0, frame: 'hello' },
      { dir: 'in', atMs: 0, frame: 'welcome' },
      { dir: 'in', atMs: 0, frame: 're: hello' },
      { dir: 'do', atMs: 0, command: { type: 'text-append', text: 'hi' } },
      { dir: 'out', atMs: 0, frame: 'hi' },
      { dir: 'in', atMs: 0, frame: 're: hi' },
      { dir: 'do', atMs: 0, audioMs: 10 },
      { dir: 'out', atMs: 0, frame: 'audio 320' },
      { dir: 'in', atMs: 0, frame: 're: audio 320' },
    ]);
  });
});

describe('until', () => {
  test('stops the clock at the event, with what follows still under way', () => {
    const driver = start({ networkDelayMs: 10 });
    driver.until('provider-raw', { where: (event) => event.name === 'welcome' });
    expect(namesOf(driver)).toEqual(['10: welcome']);
    driver.until('provider-raw');
    expect(driver.nowMs).toBe(20);
  });

  test('says what came instead', () => {
    const driver = start();
    expect(() => driver.until('session-ready', { limitMs: 500 })).toThrow(
      'No such session-ready within 500 ms. Seen instead: provider-raw.',
    );
    expect(driver.nowMs).toBe(500);
  });
});

describe('the end', () => {
  test('a close of the simulator arrives after its last frame', () => {
    const driver = start();
    say(driver, 'bye');
    expect(namesOf(driver).slice(-2)).toEqual([
      '0: so long',
      '0: closed {"type":"closed","code":4004,"reason":"gone"}',
    ]);
    expect(driver.isOpen).toBe(false);
    expect(() => say(driver, 'hi')).toThrow('The provider connection has ended');
    expect(driver.close()).toEqual([]);
  });

  test('a drop is a 1006', () => {
    const driver = start();
    say(driver, 'cut');
    expect(namesOf(driver).at(-1)).toBe('0: closed {"type":"closed","code":1006,"reason":""}');
  });

  test('a refused upgrade ends before hello', () => {
    const driver = start({ config: { model: 'other' } });
    expect(namesOf(driver)).toEqual(['0: closed {"type":"refused","status":404,"body":"/v1?model=other"}']);
    expect(driver.transcript).toEqual([]);
  });

  test('a test may end the connection its own way', () => {
    const driver = start();
    expect(driver.close({ type: 'timed-out', message: 'no pong' })).toEqual([
      raw('closed {"type":"timed-out","message":"no pong"}'),
    ]);
  });
});

describe('misuse', () => {
  test('a dialled adapter needs a simulator', () => {
    expect(() => driveAdapter({ adapter: createNamer() })).toThrow(
      'Give driveAdapter a simulator for the dialled "namer".',
    );
  });

  test.each([
    ['stays where it was', () => 5, 'left wakeAtMs at 5'],
    ['is no number', () => Number.NaN, 'wakeAtMs is NaN'],
  ])('a wake time that %s is noted and does not hang the test', (_what, wakeAtMs, fault) => {
    const base = createNamer();
    const adapter: DialedAdapter<object> = {
      ...base,
      createCodec(config, options) {
        return Object.defineProperty(base.createCodec(config, options), 'wakeAtMs', { get: wakeAtMs });
      },
    };
    const driver = start({ adapter });
    driver.advance(20);
    expect(driver.wakeFaults[0]).toContain(fault);
    driver.close();
    expect(driver.wakeFaults.at(-1)).toBe('wakeAtMs is still set after close()');
  });
});
