import type { CapabilityName, ProviderFrame } from '@speko/adapter';
import type { AdapterEntry } from '@speko/server';
import type { ProviderSimulator } from '@speko/simulator-kit';
import type { FailureName, TurnMode } from '@speko/tests-behaviour';
import type { Reply, Turn } from './answer-like-echo.ts';

/** All that the suite has to know of a provider. */
export interface ProviderUnderTest {
  readonly id: string;
  readonly model: string;
  /**
   * What its sessions cannot do, with the sentence that a client gets as the message of `UNSUPPORTED`. Every other ability
   * has to be there: the suite compares this with `ready`, and scenarios have another trace only for what is listed here.
   */
  readonly lacks: Readonly<Record<TurnMode, Readonly<Partial<Record<CapabilityName, string>>>>>;
  /** Absent for a provider that lives in the gateway. */
  readonly vendor?: SimulatedVendor;
}

/** A vendor behind a socket. */
export interface SimulatedVendor {
  /** A key that it takes. */
  readonly apiKey: string;
  /** The service: quick, and with these answers. */
  createSimulator(manners: { readonly audioSpeed: number; readonly reply: (turn: Turn) => Reply }): ProviderSimulator;
  /** Its messages that carry audio of an answer. */
  readonly audioMessage: RegExp;
  /** The adapter, pointed at the service. */
  createEntry(service: { readonly url: string; readonly apiKey: string }): AdapterEntry;
  /** How much of an answer was heard, if this message of the gateway says so, milliseconds. */
  readHeardMs(frame: ProviderFrame): number | undefined;
  readonly failures: Readonly<Record<FailureName, Failure>>;
}

/** How a call is set up so that the vendor fails in this way, or why this vendor cannot. */
export type Failure = { readonly apiKey: string } | { readonly model: string } | { readonly cannotHappen: string };
