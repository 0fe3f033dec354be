import { createDefaultReply, type SimulatedToolUse, type SimulatedTurn } from '@speko/simulator-kit';
import type { SimulatedReply } from './simulated-reply.ts';
import type { SimulatedFault } from './simulator-faults.ts';

/** How a simulated Gemini Live server behaves; everything has a default. */
export interface GoogleSimulatorOptions {
  /**
   * The model's answer.
   * @defaultValue it says what it heard; see `callTools`
   */
  readonly reply?: (turn: SimulatedTurn) => SimulatedReply;
  /**
   * When the default reply calls a tool: `first-turn` calls the first tool on the user's first turn if its name begins
   * with `get_`, `every-turn` calls it on each turn, `on-request` only when typed text names it (which always works).
   * @defaultValue 'first-turn'
   */
  readonly callTools?: SimulatedToolUse;
  /**
   * Transcription of a spoken turn.
   * @defaultValue "simulated: 1.8 s of speech", with the length of the turn
   */
  readonly transcribe?: (turn: { readonly speechMs: number; readonly userTurnIndex: number }) => string;
  /**
   * Milliseconds from the setup to its completion.
   * @defaultValue 100
   */
  readonly setupDelayMs?: number;
  /**
   * Milliseconds from the end of the user's turn to the reply.
   * @defaultValue 300
   */
  readonly responseDelayMs?: number;
  /**
   * How many times faster than it plays audio is generated.
   * @defaultValue 4
   */
  readonly audioSpeed?: number;
  /**
   * How many times faster than real time the playback is assumed to be over, which ends a turn.
   * @defaultValue 1
   */
  readonly playbackSpeed?: number;
  /**
   * How long a connection lasts until its end is announced, milliseconds.
   * @defaultValue 540000
   */
  readonly connectionMaxAgeMs?: number;
  /**
   * How long before its end that is announced, milliseconds.
   * @defaultValue 50000
   */
  readonly goAwayNoticeMs?: number;
  /**
   * How long a handle is good for once its connection is gone, milliseconds.
   * @defaultValue 7200000
   */
  readonly handleLifetimeMs?: number;
  /** Oddities of every session. */
  readonly faults?: readonly SimulatedFault[];
  /** Answers every upgrade with this HTTP status instead of a session. */
  readonly refuseWithStatus?: number;
}

/** Options with their defaults filled in. */
export type SimulatorSettings = Required<Omit<GoogleSimulatorOptions, 'callTools' | 'refuseWithStatus'>>;

export function fillInDefaults({ callTools = 'first-turn', ...options }: GoogleSimulatorOptions): SimulatorSettings {
  return {
    reply: options.reply ?? createDefaultReply(callTools),
    transcribe: options.transcribe ?? (({ speechMs }) => `simulated: ${(speechMs / 1000).toFixed(1)} s of speech`),
    setupDelayMs: options.setupDelayMs ?? 100,
    responseDelayMs: options.responseDelayMs ?? 300,
    audioSpeed: options.audioSpeed ?? 4,
    playbackSpeed: options.playbackSpeed ?? 1,
    connectionMaxAgeMs: options.connectionMaxAgeMs ?? 540_000,
    goAwayNoticeMs: options.goAwayNoticeMs ?? 50_000,
    handleLifetimeMs: options.handleLifetimeMs ?? 7_200_000,
    faults: options.faults ?? [],
  };
}
