import type { CapabilityName } from '@speko/adapter';
import type { SessionParams } from '@speko/client-node';
import type { Call, TurnMode } from './call.ts';

/** What a client gets, as lines of `traceOf`. */
export type Trace = readonly string[];

/** Both modes alike, or one trace for each. */
export type TraceByMode = Trace | Readonly<Record<TurnMode, Trace>>;

/** A way for a vendor to fail; how it is brought about is each provider's own. */
export type FailureName =
  | 'wrong-key'
  | 'unknown-model'
  | 'quota-exceeded'
  | 'overload'
  /** The account runs dry in the middle of the call: the first answer does not come. */
  | 'quota-exceeded-later'
  /** The first answer is refused for too many requests; the next one is not. */
  | 'rate-limited-later';

/** How a connection that worked breaks, at every vendor alike. */
export type Breakdown =
  /** The vendor closes the WebSocket with 1011. */
  | 'close'
  /** The TCP connection is cut. */
  | 'cut'
  /** Half open: the TCP connection stays, and nothing comes any more, pongs included. */
  | 'silence';

/** How a simulated vendor should be for a scenario; a real one is as it is. */
export interface VendorManners {
  /**
   * How many times faster than it plays the answer is generated, 1 to 50.
   * @defaultValue 50
   */
  readonly audioSpeed?: number;
}

/** One thing a call does, the same for every provider. */
export interface Scenario {
  /** Kebab case, unique. */
  readonly id: string;
  /** A sentence; begins with the rules of PROTOCOL.md that it proves, as `[BI1]`. */
  readonly title: string;
  readonly turns: readonly TurnMode[];
  /** What the session asks for, besides provider, model and turn detection. */
  readonly params?: Omit<Partial<SessionParams>, 'provider' | 'model' | 'turnDetection'>;
  readonly manners?: VendorManners;
  /** How the vendor fails. Then `run` begins with the call, before `ready`, which may never come. */
  readonly failure?: FailureName;
  /**
   * How the first connection breaks: in the middle of the first answer, right after the beginning of its audio, or in the
   * middle of a question, when `run` says so with `vendor.breakDown`. Later connections work.
   */
  readonly breakdown?: { readonly how: Breakdown; readonly during: 'answer' | 'question' };
  /** What every error but `UNSUPPORTED` has to tell the client to do. */
  readonly advice?: string;
  /** Why it cannot be asked of a real vendor, for the report of the live run. */
  readonly simulatedOnly?: string;
  /**
   * What happens, from `ready` on; hanging up is not part of it. It waits for frames, never for time, and may expect what
   * also holds of a real vendor: order, not words.
   */
  run(call: Call, vendor: VendorView): Promise<void>;
  /**
   * Answers of a simulated vendor that have to sound like something the user said: the index of the utterance for each
   * turn of the assistant.
   */
  readonly repeats?: Readonly<Record<string, number>>;
  /** Answers of a simulated vendor in its own voice: the words for each turn of the assistant. */
  readonly speaks?: Readonly<Record<string, string>>;
  /** What the client gets from a simulated vendor with every ability. */
  readonly expected: TraceByMode;
  /**
   * What it gets where an ability is missing: then each use of it is answered by `UNSUPPORTED` with the provider's own
   * reason. Without an entry for ability and mode, the missing ability changes nothing for the client.
   */
  readonly without?: Readonly<Partial<Record<CapabilityName, Readonly<Partial<Record<TurnMode, Trace>>>>>>;
}

/** What a scenario may ask of the vendor's side. */
export interface VendorView {
  /** What a scenario waits for only to get a literal trace, it need not wait for at a real vendor. */
  readonly isReal: boolean;
  /** Whether the session has this ability, as `ready` told. */
  can(ability: CapabilityName): boolean;
  /**
   * Waits until the vendor was told, `count` times in all, how many milliseconds of an answer were heard. `undefined` where
   * nobody can look: at a real vendor, and in the gateway's own process.
   */
  toldHeardMs(count: number): Promise<readonly number[] | undefined>;
  /** Lets time pass for the gateway, and for it alone, at once. Not with a real vendor. */
  passTime(ms: number): void;
  /** The open connection breaks as the scenario's `breakdown` says. Not with a real vendor. */
  breakDown(): void;
  /** From now on no connection is taken: the vendor is overloaded. Not with a real vendor. */
  goDown(): void;
}

/** The trace to expect of a session with these abilities. */
export function expectedTrace(
  { expected, without = {} }: Scenario,
  mode: TurnMode,
  can: (ability: CapabilityName) => boolean,
): Trace {
  const missing = Object.entries(without).find(([ability]) => !can(ability as CapabilityName));
  return missing?.[1][mode] ?? inMode(expected, mode);
}

/** Codes of the errors that the client may get in this scenario, whatever the vendor. */
export function expectedErrors({ expected, without = {} }: Scenario): ReadonlySet<string> {
  const traces = [inMode(expected, 'automatic'), inMode(expected, 'manual')];
  const missing = Object.values(without).flatMap((byMode) => Object.values(byMode));
  return new Set([...traces, ...missing].flat().flatMap((line) => /^error (\w+)/.exec(line)?.[1] ?? []));
}

function inMode(trace: TraceByMode, mode: TurnMode): Trace {
  return 'automatic' in trace ? trace[mode] : trace;
}
