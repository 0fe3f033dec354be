import { PushSession, type CreateTransport, type SessionFrame, type SessionInfo } from '@speko/client-core';
import { watchHealth, type ConnectionHealth } from './connection-health.ts';
import type { ConversationOptions } from './conversation-options.ts';

/** More than this unsent means that the network or the gateway takes no more. */
const MOST_UNSENT_BYTES = 65_536;
/** Uplink stalls longer than this discard the pending turn. */
const STALE_AFTER_MS = 2_000;

/** Options of {@link Link}. */
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
  readonly hasAnnouncedEnd: boolean;
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
export function openLink({ onOpen, onFrame, onSend, onResume, ...options }: LinkOptions): Link {
  let health: ConnectionHealth | undefined;
  let hasAnnouncedEnd = false;
  let isPaused = false;
  /** Since when nothing could be sent. */
  let stalledAtMs: number | undefined;

  const session = new PushSession(
    { ...options, closeTimeoutMs: 1_000 },
    {
      opened() {
        health = watchHealth({ ping, onDead: () => session.cut() });
        onOpen();
      },
      received() {
        health?.sawTraffic();
        hasAnnouncedEnd = session.state === 'ending';
      },
      sending: onSend,
      emit(frame) {
        if (frame.type === 'close') health?.stop();
        try {
          onFrame(frame);
        } catch (error) {
          // A sink that throws must not stop the session halfway through a step.
          reportError(error);
        }
      },
    },
  );

  function ping(): void {
    session.ping().then(
      () => {
        if (!isPaused) return;
        isPaused = false;
        onResume();
      },
      () => {}, // the session has ended, and `close` tells
    );
  }

  return {
    session,
    opened: session.connect(),
    get hasAnnouncedEnd() {
      return hasAnnouncedEnd;
    },
    sendAudio(pcm) {
      const nowMs = performance.now();
      if (isPaused || session.bufferedAmount > MOST_UNSENT_BYTES) {
        stalledAtMs ??= nowMs;
        return false;
      }
      if (nowMs - (stalledAtMs ?? nowMs) > STALE_AFTER_MS) session.clear();
      stalledAtMs = undefined;
      session.pushAudio(pcm);
      return true;
    },
    pause() {
      isPaused = true;
      health?.pause();
    },
    check: () => health?.doubt(),
  };
}
