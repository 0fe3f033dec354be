import type { AudioSource, ConversationOptions, SessionInfo } from '@speko/client-browser';

type CreateTransport = NonNullable<ConversationOptions['createTransport']>;
type Dialled = Parameters<CreateTransport>[0];

/** A microphone and a gateway that exist in memory only. */
export interface FakeCall {
  /** What options make a conversation use them. */
  readonly options: ConversationOptions;
  /** `open` and `stop`, as they came. */
  readonly microphone: string[];
  /** Frames that the gateway got. */
  readonly received: unknown[];
  /** Sends frames to the newest connection. */
  say(...frames: object[]): void;
}

export function createFakeCall(): FakeCall {
  const microphone: string[] = [];
  const received: unknown[] = [];
  let dialled: Dialled;
  const source: AudioSource = {
    level: 0.5,
    open: async () => void microphone.push('open'),
    stop: async () => void microphone.push('stop'),
    start: () => {},
    setMuted: () => {},
  };
  const info: SessionInfo = {
    mode: 's2s',
    sessionId: 's1',
    wsUrl: 'ws://127.0.0.1:8787/v1/realtime/s1/ws',
    wsToken: 'token',
    inputSampleRate: 16_000,
    outputSampleRate: 24_000,
    expiresAt: '2026-01-01T00:00:00.000Z',
    maxDurationSeconds: 1800,
  };
  return {
    microphone,
    received,
    options: {
      getSession: () => info,
      microphone: source,
      speaker: false,
      createTransport: (options) => {
        dialled = options;
        queueMicrotask(() => options.handlers.onOpen());
        return {
          bufferedAmount: 0,
          send: (message) => void received.push(JSON.parse(String(message))),
          close: (code, reason) => options.handlers.onClose({ code, reason }),
          terminate: () => {},
        };
      },
    },
    say: (...frames) => {
      for (const frame of frames) dialled.handlers.onText(JSON.stringify(frame));
    },
  };
}
