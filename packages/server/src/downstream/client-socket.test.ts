import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FakeClock } from '../../test/fake-clock.ts';
import { mirrorAdapter } from '../../test/mirror-adapter.ts';
import { SERVER_DEFAULTS } from '../config.ts';
import { ClientSocket } from './client-socket.ts';
import type { ClientWebSocket } from './client-web-socket.ts';
import { ReadTurns } from './read-turns.ts';

/** A WebSocket whose client is the test: it decides what arrives and what is taken. */
class MemorySocket extends EventEmitter {
  onUnreadable: ((code: number) => void) | undefined;
  readonly readyState = WebSocket.OPEN;
  readonly did: string[] = [];
  readonly #unsent: (() => void)[] = [];
  bufferedAmount = 0;
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  send(text: string, sent?: () => void): void {
    this.did.push(text);
    this.bufferedAmount += text.length;
    if (sent !== undefined) this.#unsent.push(sent);
  }

  ping(): void {
    this.did.push('ping');
  }

  close(code: number): void {
    this.did.push(`close ${code}`);
  }

  terminate(): void {
    this.did.push('terminate');
    this.emit('close', 1006);
  }

  /** The client takes the oldest answers. */
  take(count: number): void {
    for (const sent of this.#unsent.splice(0, count)) sent();
  }
}

function startSocket() {
  const clock = new FakeClock();
  const socket = new MemorySocket();
  const stream = new PassThrough();
  const told: string[] = [];
  const refusals: unknown[] = [];
  const state = { isBackedUp: false };
  const client = new ClientSocket(
    socket as unknown as ClientWebSocket,
    stream,
    SERVER_DEFAULTS,
    clock,
    new ReadTurns(clock),
  );
  client.listen(
    {
      frame: (frame) => told.push(frame.t),
      audio: (pcm) => told.push(`audio ${pcm.byteLength}`),
      refused: ({ code, message, closeCode }) => {
        told.push(code);
        refusals.push([closeCode, message]);
      },
      isBackedUp: () => state.isBackedUp,
      congested: () => told.push('congested'),
      drained: () => told.push('drained'),
      tooSlow: () => told.push('too slow'),
      closed: (code) => told.push(`closed ${code}`),
    },
    24_000,
  );
  client.frame({
    t: 'ready',
    inputSampleRate: 24_000,
    outputSampleRate: 24_000,
    provider: 'p',
    model: 'm',
    capabilities: mirrorAdapter.capabilities,
    ignored: [],
  });
  const says = (message: Buffer | string): void =>
    void socket.emit('message', Buffer.from(message), typeof message !== 'string');
  return { clock, socket, stream, told, refusals, state, client, says };
}

describe('[CF11] a client that sends too fast', () => {
  test('is not read until what it owes is paid', () => {
    const { clock, socket, told, says } = startSocket();
    for (let second = 0; second < 30; second++) says(Buffer.alloc(48_000));
    expect(socket.isPaused).toBe(false);
    says(Buffer.alloc(96_000));
    expect(socket.isPaused).toBe(true);
    clock.advance(499);
    expect(socket.isPaused).toBe(true);
    clock.advance(1);
    expect(socket.isPaused).toBe(false);
    expect(told.at(-1)).toBe('audio 96000');
  });

  test('has of what one read brought no more taken than the rates allow, in its order', async () => {
    const { clock, socket, told, says } = startSocket();
    for (let count = 0; count < 250; count++) says('{"t":"interrupt"}');
    says(Buffer.alloc(2));
    // The first at once, the others in turn with those of other clients.
    expect(told).toHaveLength(20);
    clock.advance(0);
    expect(told).toHaveLength(201);
    clock.advance(500);
    expect(told).toHaveLength(226);
    expect(socket.isPaused).toBe(true);
    clock.advance(550);
    await Promise.resolve();
    expect(told).toHaveLength(251);
    expect(told.at(-1)).toBe('audio 2');
    expect(socket.isPaused).toBe(false);
  });

  test('[HS9] waits for a provider that takes audio slowly, if it is ahead of real time, and a microphone does not', () => {
    const { clock, socket, state, says } = startSocket();
    state.isBackedUp = true;
    says(Buffer.alloc(2 * 48_000));
    expect(socket.isPaused).toBe(false);
    says(Buffer.alloc(2 * 48_000));
    expect(socket.isPaused).toBe(true);
    clock.advance(200);
    expect(socket.isPaused).toBe(true);
    state.isBackedUp = false;
    clock.advance(100);
    expect(socket.isPaused).toBe(false);
  });

  test('[CF12] is told so after 5 s of it', () => {
    const { clock, told, says } = startSocket();
    for (let message = 0; message < 30 + 40; message++) says(Buffer.alloc(48_000));
    clock.advance(3999);
    expect(told).not.toContain('TOO_FAST');
    clock.advance(6000);
    expect(told.filter((line) => line === 'TOO_FAST')).toHaveLength(1);
  });
});

describe('[HS10] a client that answers no ping', () => {
  test('is cut off after two rounds', () => {
    const { clock, socket, told } = startSocket();
    clock.advance(59_999);
    expect(socket.did.slice(1)).toEqual(['ping', 'ping']);
    clock.advance(1);
    expect(socket.did.slice(1)).toEqual(['ping', 'ping', 'terminate']);
    expect(told).toEqual(['closed 1006']);
    expect(clock.pending).toBe(0);
  });

  test('is not, while the gateway itself does not read it', () => {
    const { clock, socket, says } = startSocket();
    // Six minutes of audio are taken within a minute and a half.
    for (let message = 0; message < 30 + 360; message++) says(Buffer.alloc(48_000));
    clock.advance(119_000);
    expect(socket.did).not.toContain('terminate');
    clock.advance(41_000);
    expect(socket.did).toContain('terminate');
  });
});

describe('[SF4] audio to the client', () => {
  /** The payloads of the binary frames that were written. */
  async function payloads(stream: PassThrough): Promise<Buffer[]> {
    const bytes = await buffer(stream.end());
    const found: Buffer[] = [];
    for (let at = 0; at < bytes.byteLength;) {
      expect(bytes[at]).toBe(0x82);
      const short = bytes[at + 1] ?? 0;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
      found.push(bytes.subarray(at + header, at + header + length));
      at += header + length;
    }
    return found;
  }

  test.each([
    [2, [2]],
    [65_536, [65_536]],
    [65_538, [65_536, 2]],
    [1_440_000, [...Array.from({ length: 21 }, () => 65_536), 63_744]],
  ])('of %i bytes goes out in messages of at most 64 KiB, in order', async (byteLength, expected) => {
    const { stream, client } = startSocket();
    const pcm = Buffer.alloc(byteLength);
    for (let at = 0; at < byteLength; at += 2) pcm.writeUInt16LE((at / 2) % 65_521, at);
    client.audio(pcm);
    const messages = await payloads(stream);
    expect(messages.map(({ byteLength: length }) => length)).toEqual(expected);
    expect(Buffer.concat(messages).equals(pcm)).toBe(true);
  });

  test('[EN6] is one piece for the client that is to take it, however large', () => {
    const { stream, socket, told, client } = startSocket();
    stream.resume();
    client.audio(Buffer.alloc(20_000_000));
    socket.bufferedAmount = 20_000_000;
    client.frame({ t: 'pong', id: 1 });
    expect(told).toEqual(['congested']);
  });
});

describe('[CF13] JSON sent as binary', () => {
  test.each([
    ['{"t":"ping","id":1}'],
    ['{"t":"ping","id":12}'],
    ['{\n  "id": 1,\n  "t": "ping"\n}\n'],
    ['\ufeff{"t":"text","text":"你好 🎉"}'],
    [' \r\n\t{"t":"ping","id":1}'],
    ['[{"t":"ping","id":1}]'],
    ['{"t":"ping","id":1}\0'],
    ['{"type":"response.create"}'],
    ['{"t":"interrupt'],
  ])('is answered by BAD_FRAME, whether its length is odd or even: %j', (text) => {
    const { told, refusals, says } = startSocket();
    says(Buffer.from(text));
    expect(told).toEqual(['BAD_FRAME']);
    expect(refusals).toEqual([[undefined, expect.stringContaining('Send it as a text message')]]);
  });

  test.each([
    ['samples that begin as JSON does', Buffer.from([0x7b, 0x22, 0x00, 0x01, 0x7b, 0x22, 0x10, 0x27])],
    ['the same, and are no UTF-8', Buffer.from('{"t":"ping"ÿÿ}}', 'latin1')],
    ['three samples', Buffer.from('{"t":1')],
    ['text that is no JSON', Buffer.from('Hello there, gateway')],
    ['an empty object', Buffer.from('{}')],
    ['samples of one value', Buffer.alloc(4800, 0x20)],
    ['silence', Buffer.alloc(4800)],
  ])('is not seen in %s', async (_title, pcm) => {
    const { told, says } = startSocket();
    says(pcm);
    await Promise.resolve();
    expect(told).toEqual([pcm.byteLength % 2 === 0 ? `audio ${pcm.byteLength}` : 'BAD_AUDIO']);
  });

  test('is malformed for CF9', () => {
    const { told, says } = startSocket();
    for (let count = 0; count < 20; count++) says(Buffer.from('{"t":"ping","id":1}'));
    expect(told).toHaveLength(20);
  });
});

describe('[EN7] a message that is not read', () => {
  const advice = 'Send one JSON object per text message, and audio in binary messages of 20 to 100 ms.';

  test('since it is over the limit is named', () => {
    const { refusals, says } = startSocket();
    says(Buffer.alloc(1_048_577));
    says(`{"t":"text","text":"${'x'.repeat(1_048_576)}"}`);
    expect(refusals).toEqual([
      [1009, `A message of 1048577 bytes was not read: a message has at most 1048576 bytes. ${advice}`],
      [1009, `A message of 1048598 bytes was not read: a message has at most 1048576 bytes. ${advice}`],
    ]);
  });

  test.each([
    [1009, 'A message of over 2097152 bytes was cut off.'],
    [1007, 'A text message is not UTF-8.'],
    [1002, 'What arrived is no valid WebSocket message (1002).'],
  ])('since the library closes for it with %i is named first', (code, sentence) => {
    const { socket, refusals } = startSocket();
    socket.onUnreadable?.(code);
    expect(refusals).toEqual([[code, `${sentence} ${advice}`]]);
  });

  test('after the call has ended says nothing more', () => {
    const { socket, refusals, client } = startSocket();
    client.close(1000, 'ended_by_api');
    socket.onUnreadable?.(1002);
    expect(refusals).toEqual([]);
  });
});

describe('[EN6] answers to what a client sends', () => {
  const answer = { t: 'interruption', at: 'assistant' } as const;

  test('wait for it up to 256, then it is not read until half of them are gone', () => {
    const { clock, socket, told, client } = startSocket();
    for (let count = 0; count < 255; count++) client.frame(answer);
    client.frame({ t: 'speech', role: 'user', state: 'started', turn: 'u1' });
    expect(socket.isPaused).toBe(false);
    client.frame({ t: 'pong', id: 1 });
    expect(socket.isPaused).toBe(true);
    socket.take(127);
    expect(socket.isPaused).toBe(true);
    socket.take(1);
    expect(socket.isPaused).toBe(false);
    clock.advance(10_000);
    expect(told).toEqual([]);
  });

  test('that do not go within 10 s end the call', () => {
    const { clock, told, client } = startSocket();
    for (let count = 0; count < 256; count++) client.frame(answer);
    clock.advance(9999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['too slow']);
  });

  test('do not make a client that owes time be read earlier', () => {
    const { clock, socket, client, says } = startSocket();
    says(Buffer.alloc(20 * 48_000));
    says(Buffer.alloc(12 * 48_000));
    for (let count = 0; count < 256; count++) client.frame(answer);
    socket.take(256);
    expect(socket.isPaused).toBe(true);
    clock.advance(500);
    expect(socket.isPaused).toBe(false);
  });
});

describe('the end of a connection', () => {
  test('leaves no timer, whatever it was waiting for', () => {
    const { clock, socket, client, says } = startSocket();
    for (let second = 0; second < 60; second++) says(Buffer.alloc(48_000));
    for (let count = 0; count < 256; count++) client.frame({ t: 'pong', id: count });
    socket.bufferedAmount = 2_000_000;
    client.frame({ t: 'pong', id: 0 });
    client.close(1000, 'ended_by_api');
    socket.emit('close', 1000);
    expect(clock.pending).toBe(0);
  });

  test('reads on, for the answer to the close, but not a flood', () => {
    const { socket, told, client, says } = startSocket();
    for (let second = 0; second < 60; second++) says(Buffer.alloc(48_000));
    const before = told.length;
    client.close(1000, 'ended_by_api');
    expect(socket.isPaused).toBe(false);
    for (let message = 0; message < 20_000; message++) says('{"t":"interrupt"}');
    expect(socket.isPaused).toBe(false);
    says('{"t":"interrupt"}');
    expect(socket.isPaused).toBe(true);
    expect(told).toHaveLength(before);
  });
});
