import type { PushSession, SessionFrame } from '@speko/client-core';
import type { SampleRate } from '@speko/protocol/lean';
import type { AudioSink, AudioSinkHandlers, PlayedTurn } from '../audio/audio-sink.ts';
import { turnId } from './step-transcript.ts';

/** A sink that does not say what it cut within this time says it too late for the gateway. */
const FLUSH_LIMIT_MS = 200;

/** Options of {@link AssistantVoice}. */
export interface AssistantVoiceOptions extends Pick<AudioSinkHandlers, 'onProblem' | 'onBlockedChange'> {
  readonly sink: AudioSink;
  /** `answer`: first audio of a turn has come; `sound`: it can be heard; `silence`: nothing is left to hear. */
  readonly onChange: (change: 'answer' | 'sound' | 'silence') => void;
}

/** Plays the assistant's turns, and tells the gateway how much of each was heard. */
export interface AssistantVoice {
  /** Switches to the frames of this session; earlier audio is still played. */
  attach(session: PushSession): void;
  /** Takes the next frame. The sink may keep the bytes of audio. */
  accept(frame: SessionFrame): void;
  /** Falls silent and tells the gateway. */
  interrupt(): Promise<void>;
}

/** Turns are named for the sink as in the transcript, since each session counts its turns anew. */
export function createAssistantVoice({ sink, onChange, ...problems }: AssistantVoiceOptions): AssistantVoice {
  let session: PushSession | undefined;
  /** The turn whose audio is coming. */
  let current: string | undefined;
  /** Turns with audio that is not heard yet. */
  const live = new Set<string>();
  /** Turns of this session that had audio. */
  const played = new Set<string>();
  /** Whether this gateway says which turn audio belongs to; those of the base contract may not. */
  let marksTurns = false;
  let unmarked = 0;
  /** Own interrupts of which the gateway has not been told yet. */
  let interrupting = 0;

  function report({ turn, playedMs }: PlayedTurn): void {
    const prefix = turnId(session?.sessionId, '');
    if (marksTurns && turn.startsWith(prefix)) session?.reportPlayback(turn.slice(prefix.length), playedMs);
  }

  function endCurrent(): void {
    if (current !== undefined) sink.endTurn(current);
    current = undefined;
  }

  function leave(turn: string): void {
    if (live.delete(turn) && live.size === 0) onChange('silence');
  }

  /** @returns what was cut, the turn being heard first */
  async function cut(): Promise<readonly PlayedTurn[]> {
    current = undefined;
    live.clear();
    onChange('silence');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<[]>((resolve) => (timer = setTimeout(resolve, FLUSH_LIMIT_MS, [])));
    try {
      return await Promise.race([sink.flush(), tooLate]);
    } catch {
      return [];
    } finally {
      clearTimeout(timer);
    }
  }

  async function cutOff(turn: string | undefined): Promise<void> {
    const isUnheard = turn !== undefined && !played.has(turn);
    for (const part of await cut()) report(part);
    if (isUnheard) report({ turn, playedMs: 0 });
  }

  function play(turn: string, pcm: Uint8Array): void {
    if (turn !== current) {
      endCurrent();
      current = turn;
      live.add(turn);
      played.add(turn);
      onChange('answer');
    }
    sink.play(turn, pcm);
  }

  return {
    attach(next) {
      endCurrent();
      const isRateNew = session?.outputSampleRate !== next.outputSampleRate;
      session = next;
      played.clear();
      marksTurns = false;
      // Starting drops what is queued, and that is still good.
      if (!isRateNew) return;
      if (live.size > 0) void cut();
      // The contract knows these two rates only.
      sink.start(next.outputSampleRate as SampleRate, {
        ...problems,
        onTurnStart: (turn) => live.has(turn) && onChange('sound'),
        onTurnPlayed: (part) => {
          report(part);
          leave(part.turn);
        },
      });
    },
    accept(frame) {
      const id = turnId(
        session?.sessionId,
        'turn' in frame && frame.turn !== undefined ? frame.turn : `audio-${unmarked}`,
      );
      switch (frame.type) {
        case 'audio':
          // After an interruption, audio without a turn is a late piece of what was cut.
          if (interrupting === 0 && (frame.turn !== undefined || !marksTurns)) play(id, frame.pcm);
          return;
        case 'speech':
          if (frame.role === 'user') return;
          marksTurns = true;
          if (frame.state === 'stopped' && id === current) endCurrent();
          return;
        case 'transcript':
          if (marksTurns || frame.role === 'user' || !frame.final) return;
          endCurrent();
          unmarked += 1;
          return;
        case 'interruption':
          void cutOff(frame.turn === undefined ? undefined : id);
          return;
        default:
          return;
      }
    },
    async interrupt() {
      const target = session;
      interrupting += 1;
      const [heard] = await cut();
      interrupting -= 1;
      target?.interrupt({ playedMs: heard?.playedMs });
    },
  };
}
