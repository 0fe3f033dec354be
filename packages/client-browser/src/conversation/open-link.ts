import {
  PushSession,
  type CreateTransport,
  type RealtimeTransport,
  type SessionFrame,
  type SessionInfo,
  type SessionOutlet,
} from '@speko/client-core';

import { watchHealth, type ConnectionHealth } from './connection-health.ts';
import type { ConversationOptions } from './conversation-options.ts';

/** More than this unsent means that the network or the gateway takes no more. */
const MOST_UNSENT_BYTES = 65_536;
/** Speech that waited longer than this is no turn any more. */
const STALE_AFTER_MS = 2_000;

/** What a {@link Link} is made from. */
export interface LinkOptions {
  readonly info: SessionInfo;
  readonly tools: ConversationOptions['tools'];
  readonly createTransport: CreateTransport;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  readonly onFrame: (frame: SessionFrame) => void;
  /** A message is about to leave. */
  readonly onSend: (message: string | Uint8Array) => void;
  /** The network is back, and the connection with it. */
  readonly onResume: () => void;
}

/** One connection to the gateway. */
export interface Link {
  readonly session: PushSession;
  /** Whether the gateway said `end`; to be asked when the connection is gone. */
  readonly announcedEnd: boolean;
  /** Rejects when the connection does not come about. */
  readonly opened: Promise<void>;
  /** Sends a chunk of speech. @returns `false` when it was dropped: the uplink takes no more */
  sendAudio(pcm: Uint8Array): boolean;
  /** The network is gone: nothing is sent, and the connection is not given up yet. */
  pause(): void;
  /** Makes sure that the connection is alive, and resumes it. */
  check(): void;
}

/** Dials. @throws {@link SpekoError} `INVALID_ARGUMENT` when `info` is not what a mint answers */
export function openLink({ info, tools, signal, ...options }: LinkOptions): Link {
  let transport: RealtimeTransport;
  let health: ConnectionHealth | undefined;
  let announcedEnd = false;
  let isPaused = false;
  /** Since when nothing could be sent. */
  let stalledAtMs: number | undefined;

  const outlet: SessionOutlet = {
    emit(frame) {
      try {
        options.onFrame(frame);
      } catch (error) {
        // A sink that throws must not stop the session halfway through a step.
        reportError(error);
      }
    },
    ignored() {},
    dropAudio() {},
    end() {},
  };

  const session = new PushSession(
    {
      info,
      tools,
      signal,
      highWaterBytes: Infinity,
      closeTimeoutMs: 1_000,
      createTransport: ({ handlers, ...target }) => {
        transport = options.createTransport({
          ...target,
          handlers: {
            onOpen: () => {
              health = watchHealth({ ping, onDead: () => transport.terminate() });
              handlers.onOpen();
              options.onOpen();
            },
            onText: (text) => {
              health?.heard();
              handlers.onText(text);
            },
            onBinary: (bytes) => {
              health?.heard();
              handlers.onBinary(bytes);
            },
            onClose: (close) => {
              health?.stop();
              announcedEnd = session.state === 'ending';
              handlers.onClose(close);
            },
          },
        });
        return {
          get bufferedAmount() {
            return transport.bufferedAmount;
          },
          send: (message) => {
            options.onSend(message);
            transport.send(message);
          },
          close: (code, reason) => transport.close(code, reason),
          terminate: () => transport.terminate(),
        };
      },
    },
    outlet,
  );

  function ping(): void {
    session.ping().then(
      () => {
        if (!isPaused) return;
        isPaused = false;
        options.onResume();
      },
      () => {}, // the session has ended, and `close` tells
    );
  }

  return {
    session,
    opened: session.connect(),
    get announcedEnd() {
      return announcedEnd;
    },
    sendAudio(pcm) {
      if (isPaused || transport.bufferedAmount > MOST_UNSENT_BYTES) {
        stalledAtMs ??= performance.now();
        return false;
      }
      if (stalledAtMs !== undefined && performance.now() - stalledAtMs > STALE_AFTER_MS) session.clear();
      stalledAtMs = undefined;
      void session.sendAudio(pcm);
      return true;
    },
    pause() {
      isPaused = true;
      health?.pause();
    },
    check: () => health?.doubt(),
  };
}
