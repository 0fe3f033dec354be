import type { AudioSource } from '../audio/audio-source.ts';
import type { ConversationSnapshot } from './conversation-snapshot.ts';
import type { Link } from './open-link.ts';
import type { ConversationInput } from './step-conversation.ts';

/**
 * So long after `release()` chunks still belong to the turn, in milliseconds: one may be on its way, and one is in the
 * microphone's hands.
 */
const LAST_CHUNKS_MS = 50;

/** What a {@link UserVoice} is made from. */
export interface UserVoiceOptions {
  readonly source: AudioSource | undefined;
  /** Whether the user's turns are ended by `release()` alone. */
  readonly manual: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly getSnapshot: () => ConversationSnapshot;
  /** Is told of the end of a turn in which something was said. */
  readonly dispatch: (input: ConversationInput) => void;
  /** The connection, while there is one. */
  readonly getLink: () => Link | undefined;
}

/** Sends what the user says, when it is meant to be heard. */
export interface UserVoice {
  /** Speech that could not be sent, in milliseconds. */
  readonly droppedMs: number;
  /** A new connection: nothing was said in it yet. */
  reset(): void;
  /** Takes the next chunk. */
  accept(pcm: Uint8Array): void;
  /** Brings the microphone in line with the snapshot. */
  applyMute(): void;
  /** `hold()`: a turn that was just let go goes on. */
  hold(): void;
  /** `release()`: ends the turn when its last chunks have come. */
  release(): void;
}

export function createUserVoice(options: UserVoiceOptions): UserVoice {
  const { source, manual, signal, getSnapshot, dispatch, getLink } = options;
  let droppedMs = 0;
  /** Whether speech was sent since the last turn ended. */
  let hasSpoken = false;
  /** Runs while the end of a turn that was let go is still to come. */
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function applyMute(): void {
    const { muted, holding } = getSnapshot();
    source?.setMuted(!timer && (muted || (manual && !holding)));
  }

  function commit(): void {
    stopTimer();
    applyMute();
    getLink()?.session.commit();
    if (hasSpoken) dispatch({ type: 'asked' });
    hasSpoken = false;
  }

  signal.addEventListener('abort', stopTimer);

  return {
    get droppedMs() {
      return droppedMs;
    },
    reset: () => (hasSpoken = false),
    accept(pcm) {
      const link = getLink();
      const { holding, muted } = getSnapshot();
      if (link === undefined || (manual && !holding && !timer)) return;
      if (link.sendAudio(pcm)) hasSpoken ||= !muted;
      else droppedMs += (pcm.byteLength * 500) / link.session.inputSampleRate;
    },
    applyMute,
    hold: stopTimer,
    release() {
      timer = setTimeout(commit, LAST_CHUNKS_MS);
    },
  };
}
