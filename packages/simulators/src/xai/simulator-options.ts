import {
  createDefaultReply,
  type SimulatedReply,
  type SimulatedToolUse,
  type SimulatedTurn,
} from '@speko/simulator-kit';
import type { SimulatedFault } from './simulator-faults.ts';

/** How a simulated xAI Grok Voice server behaves; everything has a default. */
export interface XaiSimulatorOptions {
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
   * Milliseconds from a commit to its transcription, taken in turns, so that some come before the reply is heard and
   * some after it.
   * @defaultValue [60, 900]
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
   * Models that answer under their own name; any other is replaced by the first, silently.
   * @defaultValue the models of late 2026
   */
  readonly models?: readonly string[];
  /**
   * Voices there are; any other is replaced by `ara`, silently.
   * @defaultValue the voices of late 2026
   */
  readonly voices?: readonly string[];
  /**
   * Milliseconds between two `ping` events.
   * @defaultValue 30000
   */
  readonly pingIntervalMs?: number;
  /**
   * The session's maximum duration in milliseconds.
   * @defaultValue 7200000
   */
  readonly sessionMaxAgeMs?: number;
  /**
   * Milliseconds without audio of the user after which the session is closed.
   * @defaultValue 900000
   */
  readonly inactivityMs?: number;
  /** Faults and oddities of every session. */
  readonly faults?: readonly SimulatedFault[];
  /** Answers every upgrade with this HTTP status instead of a session. */
  readonly refuseWithStatus?: number;
}

/** Options with their defaults filled in. */
export type SimulatorSettings = Required<Omit<XaiSimulatorOptions, 'callTools' | 'refuseWithStatus'>>;

const MODELS = ['grok-voice-3.0', 'grok-voice-latest', 'grok-voice-think-fast-1.0', 'grok-voice-fast-1.0'];
const VOICES = (
  'ara atlas altair aurora carina castor celeste cosmo eve helios helix iris kepler leo liora lumen luna lux naksh ' +
  'orion perseus rex rigel sal sirius ursa zagan zenith'
).split(' ');

export function fillInDefaults({ callTools = 'first-turn', ...options }: XaiSimulatorOptions): SimulatorSettings {
  return {
    reply: options.reply ?? createDefaultReply(callTools),
    transcribe: options.transcribe ?? (({ speechMs }) => `simulated: ${(speechMs / 1000).toFixed(1)} s of speech`),
    transcriptionDelaysMs: options.transcriptionDelaysMs ?? [60, 900],
    responseDelayMs: options.responseDelayMs ?? 120,
    audioSpeed: options.audioSpeed ?? 5,
    models: options.models ?? MODELS,
    voices: options.voices ?? VOICES,
    pingIntervalMs: options.pingIntervalMs ?? 30_000,
    sessionMaxAgeMs: options.sessionMaxAgeMs ?? 7_200_000,
    inactivityMs: options.inactivityMs ?? 900_000,
    faults: options.faults ?? [],
  };
}
