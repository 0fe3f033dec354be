import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBrowserTransport } from './browser-transport.ts';

/** The part of the DOM's WebSocket that is used. */
class FakeWebSocket {
  static last: FakeWebSocket;
  binaryType = 'blob';
  bufferedAmount = 7;
  readonly acts: unknown[] = [];
  onopen = (): void => {};
  onmessage!: (message: { data: unknown }) => void;
  onclose!: (close: { code: number; reason: string }) => void;

  constructor(url: string, protocols: readonly string[]) {
    this.acts.push([url, protocols]);
    FakeWebSocket.last = this;
  }
  send(message: unknown): void {
    this.acts.push(message);
  }
  close(...args: unknown[]): void {
    this.acts.push(['close', ...args]);
  }
}

let reports: unknown[];

function dial(): ReturnType<typeof createBrowserTransport> {
  return createBrowserTransport({
    url: 'wss://gateway.example/ws',
    protocols: ['tok', 'speko.realtime.v1'],
    handlers: {
      onOpen: () => reports.push('open'),
      onText: (text) => reports.push(text),
      onBinary: (bytes) => reports.push([...bytes]),
      onClose: (close) => reports.push(close),
    },
  });
}

beforeEach(() => {
  reports = [];
  vi.stubGlobal('WebSocket', FakeWebSocket);
});
afterEach(() => vi.unstubAllGlobals());

test('[CV22] messages pass as they are, both ways', () => {
  const transport = dial();
  const socket = FakeWebSocket.last;
  socket.onopen();
  socket.onmessage({ data: '{"t":"pong","id":1}' });
  socket.onmessage({ data: new Uint8Array([1, 2]).buffer });
  transport.send('{}');
  expect(reports).toEqual(['open', '{"t":"pong","id":1}', [1, 2]]);
  expect(socket.acts).toEqual([['wss://gateway.example/ws', ['tok', 'speko.realtime.v1']], '{}']);
  expect([socket.binaryType, transport.bufferedAmount]).toEqual(['arraybuffer', 7]);
});

test('[CV22] a close is told once, with its code', () => {
  const transport = dial();
  transport.close(1000, 'client_closed');
  FakeWebSocket.last.onclose({ code: 1000, reason: 'client_closed' });
  transport.terminate();
  expect(FakeWebSocket.last.acts.slice(1)).toEqual([['close', 1000, 'client_closed'], ['close']]);
  expect(reports).toEqual([{ code: 1000, reason: 'client_closed' }]);
});

test('[CV22] a connection that was cut is gone at once, whatever still comes', () => {
  const transport = dial();
  const socket = FakeWebSocket.last;
  socket.onopen();
  transport.terminate();
  socket.onmessage({ data: 'late' });
  socket.onclose({ code: 1000, reason: 'late' });
  expect(reports).toEqual(['open', { code: 1006, reason: '' }]);
});

test('[CV23] each binary message has a buffer of its own', () => {
  const messages: Uint8Array[] = [];
  createBrowserTransport({
    url: 'wss://gateway.example/ws',
    protocols: [],
    handlers: { onOpen() {}, onText() {}, onBinary: (bytes) => messages.push(bytes), onClose() {} },
  });
  for (const data of [new ArrayBuffer(6), 'odd', new ArrayBuffer(4)]) FakeWebSocket.last.onmessage({ data });
  expect(messages.map(({ byteOffset, buffer }) => [byteOffset, new Int16Array(buffer).length])).toEqual([
    [0, 3],
    [0, 2],
  ]);
});
