import { describe, expect, test } from 'vitest';
import { SERVER_DEFAULTS } from '../config.ts';
import { ClientInflow } from './client-inflow.ts';

/** One second of audio at 24 kHz. */
const SECOND_BYTES = 48_000;

/** The way in of a session that is ready, at the default rates. */
function openInflow(settings: Partial<typeof SERVER_DEFAULTS> = {}): ClientInflow {
  const inflow = new ClientInflow({ ...SERVER_DEFAULTS, ...settings }, 24_000, 0);
  inflow.ready();
  return inflow;
}

describe('[CF11] what comes faster than the rates is held back by a pause', () => {
  test('audio: 30 s at once, then 4 times real time', () => {
    const inflow = openInflow();
    inflow.audio(30 * SECOND_BYTES, 0);
    expect(inflow.pauseMs(0)).toBe(0);
    inflow.audio(2 * SECOND_BYTES, 0);
    expect(inflow.pauseMs(0)).toBe(500);
    expect(inflow.pauseMs(450)).toBe(50);
    expect(inflow.pauseMs(500)).toBe(0);
  });

  test("audio at the client's own rate of 16 kHz", () => {
    const inflow = new ClientInflow(SERVER_DEFAULTS, 16_000, 0);
    inflow.ready();
    inflow.audio(30 * 32_000, 0);
    expect(inflow.pauseMs(0)).toBe(0);
    inflow.audio(32_000, 0);
    expect(inflow.pauseMs(0)).toBe(250);
  });

  test('messages of any kind: 15,000 at once, then 500 a second', () => {
    const inflow = openInflow();
    for (let count = 0; count < 15_000; count++) inflow.audio(2, 0);
    expect(inflow.pauseMs(0)).toBe(0);
    for (let count = 0; count < 100; count++) inflow.keepAlive(0);
    expect(inflow.pauseMs(0)).toBe(200);
  });

  test('text messages: 200 at once, then 50 a second', () => {
    const inflow = openInflow();
    for (let count = 0; count < 200; count++) inflow.text('{"t":"interrupt"}', 17, 0);
    expect(inflow.pauseMs(0)).toBe(0);
    for (let count = 0; count < 5; count++) inflow.text('{"t":"ping","id":1}', 19, 0);
    expect(inflow.pauseMs(0)).toBe(100);
  });

  test('bytes of text messages: 2 MiB at once, then 256 KiB a second; a result of 900 kB is no haste', () => {
    const inflow = openInflow();
    const result = (bytes: number): string => {
      const empty = JSON.stringify({ t: 'tool_result', callId: 'c', output: '' });
      return JSON.stringify({ t: 'tool_result', callId: 'c', output: 'x'.repeat(bytes - empty.length) });
    };
    const send = (text: string): unknown => inflow.text(text, text.length, 0);
    send(result(900_000));
    expect(inflow.pauseMs(0)).toBe(0);
    send(result(1_048_576));
    send(result(2_097_152 - 900_000 - 1_048_576));
    expect(inflow.pauseMs(0)).toBe(0);
    send(`{"t":"ping","id":1,"x":"${'x'.repeat(131_072 - 26)}"}`);
    expect(inflow.pauseMs(0)).toBe(500);
  });

  test('what is owed for longer is waited for in pauses of 1 s at most, and of 50 ms at least', () => {
    const inflow = openInflow();
    inflow.audio(30 * SECOND_BYTES + 60 * SECOND_BYTES, 0);
    expect(inflow.pauseMs(0)).toBe(1000);
    expect(inflow.pauseMs(14_000)).toBe(1000);
    expect(inflow.pauseMs(14_999)).toBe(50);
    expect(inflow.pauseMs(15_000)).toBe(0);
  });

  test('a microphone in pieces of 2.7 ms is never held back', () => {
    const inflow = openInflow();
    for (let nowMs = 0; nowMs < 600_000; nowMs += 1000 / 375) {
      inflow.audio(128, nowMs);
      expect(inflow.pauseMs(nowMs)).toBe(0);
    }
  });
});

describe('[CF12] 5 s of pauses within 10 s are told once', () => {
  const tooFast = { type: 'refused', code: 'TOO_FAST', fatal: false };

  test('and again only after 10 s without a pause', () => {
    const inflow = openInflow();
    const told = (fromMs: number, count: number) =>
      Array.from({ length: count }, (_, index) => inflow.paused(fromMs + index * 1000, fromMs + index * 1000 + 1000));
    expect(told(0, 6)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      expect.objectContaining(tooFast),
      undefined,
    ]);
    expect(told(14_000, 10).filter((notice) => notice !== undefined)).toEqual([]);
    expect(told(35_000, 5)).toEqual([undefined, undefined, undefined, undefined, expect.objectContaining(tooFast)]);
  });

  test('in words that name the rates and say that nothing is lost', () => {
    const inflow = openInflow();
    for (let index = 0; index < 4; index++) inflow.paused(index * 1000, index * 1000 + 1000);
    expect(inflow.paused(4000, 5000)).toEqual({
      ...tooFast,
      message:
        'You send faster than a session takes it: audio at 4 times real time, 500 messages a second, 50 of them text. Nothing is lost, but all of it comes late; send more slowly.',
    });
  });

  test('while a wait for ready is none of the client’s fault', () => {
    const inflow = new ClientInflow(SERVER_DEFAULTS, 24_000, 0);
    expect(inflow.holdsBack(11 * SECOND_BYTES, 0)).toBe(true);
    expect(Array.from({ length: 8 }, (_, index) => inflow.paused(index * 1000, index * 1000 + 1000))).toEqual(
      Array.from({ length: 8 }, () => undefined),
    );
  });
});

describe('[HS9] before ready', () => {
  test('a microphone is read however long it takes, also one that began before the call', () => {
    const inflow = new ClientInflow(SERVER_DEFAULTS, 24_000, 0);
    inflow.audio(SECOND_BYTES - 960, 0);
    for (let nowMs = 0; nowMs < 20_000; nowMs += 20) {
      expect(inflow.holdsBack(960, nowMs)).toBe(false);
      inflow.audio(960, nowMs);
      expect(inflow.pauseMs(nowMs)).toBe(0);
    }
  });

  test('a file waits once it does not fit what is kept, and is taken when the provider is ready', () => {
    const inflow = new ClientInflow(SERVER_DEFAULTS, 24_000, 0);
    expect(inflow.holdsBack(9 * SECOND_BYTES, 0)).toBe(false);
    inflow.audio(9 * SECOND_BYTES, 0);
    expect(inflow.pauseMs(0)).toBe(0);
    expect(inflow.holdsBack(2 * SECOND_BYTES, 0)).toBe(true);
    expect(inflow.pauseMs(0)).toBe(1000);
    expect(inflow.pauseMs(15_000)).toBe(1000);
    inflow.ready();
    expect(inflow.pauseMs(15_000)).toBe(0);
    expect(inflow.holdsBack(20 * SECOND_BYTES, 15_000)).toBe(false);
  });

  test('so does one message that alone is longer', () => {
    const inflow = new ClientInflow(SERVER_DEFAULTS, 24_000, 0);
    expect(inflow.holdsBack(20 * SECOND_BYTES, 0)).toBe(true);
  });
});

describe('[CF10] the text of a text frame', () => {
  const text = (characters: string): string => JSON.stringify({ t: 'text', text: characters });

  test('may have 65,536 bytes of UTF-8', () => {
    expect(openInflow().text(text('€'.repeat(21_845) + 'a'), 65_557, 0)).toMatchObject({ type: 'frame' });
  });

  test('is refused beyond that, with the limit in the words, any number of times', () => {
    const inflow = openInflow();
    const refused = Array.from({ length: 30 }, () => inflow.text(text('€'.repeat(21_846)), 65_559, 0));
    expect(refused[29]).toEqual({
      type: 'refused',
      code: 'BAD_FRAME',
      message: '"text" holds 65538 bytes and at most 65536 are taken. Send it in parts, or a summary.',
      fatal: false,
    });
  });
});

test('[CF2] [CF3] [CF9] malformed messages are refused, and the twentieth within 10 s is the last', () => {
  const inflow = openInflow();
  const first = Array.from({ length: 18 }, () => inflow.text('{"t":"unknown"}', 15, 0));
  expect(first.every((admission) => admission.type === 'refused' && !admission.fatal)).toBe(true);
  expect(inflow.audio(3, 5000)).toEqual({
    type: 'refused',
    code: 'BAD_AUDIO',
    message: '3 bytes are not whole PCM16 samples; send an even number of bytes.',
    fatal: false,
  });
  expect(inflow.text('{}', 2, 9999)).toMatchObject({ code: 'BAD_FRAME', fatal: true });
});
