import type {
  PlainReply,
  ProviderSimulator,
  SimulatedAudio,
  SimulatedToolUse,
  SimulatedTurn,
} from '@speko/simulator-kit';

/** A vendor that can be simulated, and how a client is led to its simulator. */
export interface SimulatedVendor {
  /** As the adapter's id, such as `openai`. */
  readonly id: string;
  /** The service's name for people. */
  readonly name: string;
  /** Environment variable of `speko-gateway` for the key. The simulator takes any key but those it documents. */
  readonly keyVariable: string;
  /** Environment variable of `speko-gateway` for the address. */
  readonly urlVariable: string;
  /** Path after host and port in that address, such as `/v1`. */
  readonly basePath: string;
  /** Faults that sessions can be given, each with what it does. */
  readonly faults: Readonly<Record<string, string>>;
  /** @throws Error naming a fault that is not one of `faults` */
  readonly create: (options?: CommonSimulatorOptions) => ProviderSimulator;
}

/** Options that the simulators of all vendors share; each takes more by its own factory. */
export interface CommonSimulatorOptions {
  /**
   * The model's answer.
   * @defaultValue it says what it heard; see `callTools`
   */
  readonly reply?: (turn: SimulatedTurn) => PlainReply & { readonly audio?: SimulatedAudio };
  /**
   * When the default reply calls a tool.
   * @defaultValue 'first-turn'
   */
  readonly callTools?: SimulatedToolUse;
  /** Faults of every session. */
  readonly faults?: readonly string[];
}

/** `names`, once it is certain that `faults` has each of them. @throws Error naming one it has not */
export function knownFaults<Fault extends string>(
  names: readonly string[] | undefined,
  faults: Readonly<Record<Fault, string>>,
): readonly Fault[] {
  return (names ?? []).map((name) => {
    if (!Object.hasOwn(faults, name)) {
      throw new Error(`There is no fault "${name}" here. Known: ${Object.keys(faults).join(', ')}.`);
    }
    return name as Fault;
  });
}
