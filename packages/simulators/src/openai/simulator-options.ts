import {
  createDefaultReply,
  type SimulatedReply,
  type SimulatedToolUse,
  type SimulatedTurn,
} from '@speko/simulator-kit';
import type { SimulatedFault } from './simulator-faults.ts';

/** How a simulated OpenAI Realtime server behaves; everything has a default. */
export interface OpenAISimulatorOptions {
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
   * Milliseconds from the end of a turn to its transcription, taken in turns, so that some come before the reply and some
   * after it.
   * @defaultValue [90, 1200]
   */
  readonly transcriptionDelaysMs?: readonly number[];
  /**
   * Milliseconds from `response.created` to the first output.
   * @defaultValue 120
   */
  readonly responseDelayMs?: number;
  /**
   * How many times faster than it plays audio is generated.
   * @defaultValue 5
   */
  readonly audioSpeed?: number;
  /**
   * Deltas that still arrive after a cancel.
   * @defaultValue 2
   */
  readonly deltasAfterCancel?: number;
  /**
   * `beta`: flat sessions and the old event names, as compatible servers and dated Azure versions speak.
   * @defaultValue 'ga'
   */
  readonly dialect?: 'ga' | 'beta';
  /**
   * The session's maximum duration in milliseconds.
   * @defaultValue 3600000
   */
  readonly sessionMaxAgeMs?: number;
  /** Faults of every session. */
  readonly faults?: readonly SimulatedFault[];
  /** Answers every upgrade with this HTTP status instead of a session. */
  readonly refuseWithStatus?: number;
  /**
   * Epoch milliseconds now, for `expires_at`.
   * @defaultValue Date.now
   */
  readonly epochMs?: () => number;
}

/** Options with their defaults filled in. */
export type SimulatorSettings = Required<Omit<OpenAISimulatorOptions, 'callTools' | 'refuseWithStatus'>>;

export function fillInDefaults({ callTools = 'first-turn', ...options }: OpenAISimulatorOptions): SimulatorSettings {
  return {
    reply: options.reply ?? createDefaultReply(callTools),
    transcribe: options.transcribe ?? (({ speechMs }) => `simulated: ${(speechMs / 1000).toFixed(1)} s of speech`),
    transcriptionDelaysMs: options.transcriptionDelaysMs ?? [90, 1200],
    responseDelayMs: options.responseDelayMs ?? 120,
    audioSpeed: options.audioSpeed ?? 5,
    deltasAfterCancel: options.deltasAfterCancel ?? 2,
    dialect: options.dialect ?? 'ga',
    sessionMaxAgeMs: options.sessionMaxAgeMs ?? 3_600_000,
    faults: options.faults ?? [],
    epochMs: options.epochMs ?? Date.now,
  };
}
