import type { CreateTransport, RealtimeTransport, SessionInfo, TransportOptions } from '@speko/client-core';

/** What a mint answers; sessions are told apart by number. */
export function infoOf(number: number, changes: Partial<SessionInfo> = {}): SessionInfo {
  return {
    mode: 's2s',
    sessionId: `s${number}`,
    wsUrl: `ws://127.0.0.1:8787/v1/realtime/s${number}/ws`,
    wsToken: `token-${number}`,
    inputSampleRate: 16_000,
    outputSampleRate: 24_000,
    expiresAt: '2026-01-01T00:00:00.000Z',
    maxDurationSeconds: 1800,
    ...changes,
  };
}

/** The gateway's end of one connection that exists in memory only. */
export class FakeConnection implements RealtimeTransport {
  bufferedAmount = 0;
  /** Whether pings are answered. */
  answersPings = true;
  /** What came, without pings: frames as objects, audio as `<n bytes>`. */
  readonly received: unknown[] = [];
  pings = 0;
  /** What the client did to the connection. */
  readonly acts: unknown[] = [];
  readonly dialled: TransportOptions;

  constructor(dialled: TransportOptions) {
    this.dialled = dialled;
  }

  send(message: string | Uint8Array): void {
    if (typeof message !== 'string') return void this.received.push(`<${message.byteLength} bytes>`);
    const frame = JSON.parse(message) as { t: string; id: number };
    if (frame.t !== 'ping') return void this.received.push(frame);
    this.pings += 1;
    if (this.answersPings) this.say({ t: 'pong', id: frame.id });
  }

  close(code: number, reason: string): void {
    this.acts.push(['close', code, reason]);
    this.drop(code, reason);
  }

  terminate(): void {
    this.acts.push(['terminate']);
    this.drop(1006);
  }

  open(): void {
    this.dialled.handlers.onOpen();
  }

  /** Sends frames, and a number as so many milliseconds of audio. */
  say(...messages: (object | number)[]): void {
    for (const message of messages) {
      if (typeof message === 'number') this.dialled.handlers.onBinary(new Uint8Array(message * 48));
      else this.dialled.handlers.onText(JSON.stringify(message));
    }
  }

  drop(code: number, reason = ''): void {
    this.dialled.handlers.onClose({ code, reason });
  }
}

/** Where a test's conversation dials. */
export interface FakeGateway {
  readonly createTransport: CreateTransport;
  readonly connections: FakeConnection[];
  /** The newest connection. */
  readonly last: FakeConnection;
}

export function createFakeGateway(): FakeGateway {
  const connections: FakeConnection[] = [];
  return {
    connections,
    createTransport: (options) => {
      const connection = new FakeConnection(options);
      connections.push(connection);
      return connection;
    },
    get last() {
      const last = connections.at(-1);
      if (last === undefined) throw new Error('Nothing was dialled.');
      return last;
    },
  };
}
