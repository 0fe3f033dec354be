import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FakeClock } from '../../test/fake-clock.ts';
import { mirrorAdapter } from '../../test/mirror-adapter.ts';
import { SERVER_DEFAULTS } from '../config.ts';
import { ReadTurns } from './read-turns.ts';
import { ClientSocket } from './client-socket.ts';

/** A WebSocket whose client is the test: it decides what arrives and what is taken. */
class MemorySocket extends EventEmitter {
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
  const state = { isBackedUp: false };
  const client = new ClientSocket(socket as unknown as WebSocket, stream, SERVER_DEFAULTS, clock, new ReadTurns(clock));
  client.listen(
    {
      frame: (frame) => told.push(frame.t),
      audio: (pcm) => told.push(`audio ${pcm.byteLength}`),
      refused: ({ code }) => told.push(code),
      isBackedUp: () => state.isBackedUp,
      tooLarge: () => told.push('too large'),
      unreadable: () => told.push('unreadable'),
      congested: () => told.push('congested'),
      drained: () => told.push('drained'),
      tooSlow: () => told.push('too slow'),
      closed: () => told.push('closed'),
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
  return { clock, socket, stream, told, state, client, says };
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
    expect(told).toEqual(['closed']);
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
