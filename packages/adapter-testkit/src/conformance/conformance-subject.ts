import type { ConnectionEnd, ProviderFrame, RealtimeAdapter, SessionConfig, ToolDefinition } from '@speko/adapter';
import type { ProviderSimulator } from '@speko/simulator-kit';

/** An adapter under test, and what the suite needs to know to make its provider do things. */
export interface ConformanceSubject {
  readonly adapter: RealtimeAdapter<unknown>;
  /** The operator's options, as `parseOptions` takes them; made-up credentials included. @defaultValue `{}` */
  readonly options?: unknown;
  /** The credentials among the options: none of them may turn up in a URL. Needed for dialled adapters. */
  readonly secrets?: readonly string[];
  /** The vendor's stand-in. Needed for dialled adapters. */
  readonly simulator?: ProviderSimulator;
  /** Changes that every session of the suite needs, such as a model the simulator knows. */
  readonly config?: Partial<SessionConfig>;
  /** Recorded sessions by name, as the text of a `.jsonl` file; see `parseTranscript`. */
  readonly transcripts?: Readonly<Record<string, string>>;
  readonly stimuli?: Partial<Stimuli>;
  /** The vendor's own way of saying what went wrong. Needed for dialled adapters. */
  readonly failures?: Failures;
  /** Seeds of the checks that send nonsense; each stands for 60 messages. @defaultValue 1 to 8 */
  readonly seeds?: readonly number[];
  /** Finds the audio inside a provider frame, where it is not the longest base64 string or a whole binary frame. */
  readonly audioPayload?: (frame: ProviderFrame) => Uint8Array | undefined;
}

/** Stimuli for the simulated provider or the engine. Each has a default. */
export interface Stimuli {
  /**
   * Audio that is taken for the user's speech, mono PCM16 at this rate, 1 to 2 s. Answered with at least 1 s of audio.
   * @defaultValue a buzz with the loudness contour of syllables
   */
  readonly speech: (sampleRateHz: number) => Uint8Array;
  /** How long a silence surely ends a turn, milliseconds. @defaultValue 1500 */
  readonly pauseMs: number;
  /** A typed message that is answered with at least 2 s of audio. */
  readonly longQuestion: string;
  readonly toolCall: ToolStimulus;
  /** Asks for two calls at once. */
  readonly parallelToolCalls: ToolStimulus;
  /** Two voices that the provider knows, where it refuses others. @defaultValue two made-up ones */
  readonly voices: readonly [string, string];
}

/** A typed message that makes the provider call tools. */
export interface ToolStimulus {
  readonly text: string;
  readonly tools: readonly ToolDefinition[];
  /** Exactly what the call must carry, where the simulator always writes the same. */
  readonly arguments?: string;
}

/** How this vendor reports each failure: messages on the open connection, the end of the connection, or both. */
export interface Failures {
  /** Wrong key. Must become a fatal `AUTH_FAILED`, not retryable. */
  readonly auth?: FailureCase;
  /** No credit left. Must become a fatal `QUOTA_EXCEEDED`, not retryable. */
  readonly quota?: FailureCase;
  /** The vendor is about to end, or has ended, this session by its own limit: `go-away`, or `SESSION_EXPIRED`, retryable. */
  readonly goAway?: FailureCase;
}

/** A way for the connection to fail, and what the adapter must make of it. */
export interface FailureCase {
  /** Messages from the provider; objects are sent as JSON text. */
  readonly frames?: readonly (ProviderFrame | object)[];
  /** How the connection ends after them, if it does. */
  readonly end?: ConnectionEnd;
}
