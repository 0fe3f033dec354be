import type { Access } from './harness/access.ts';
import type { GatewayProcess, GatewaySetup } from './harness/gateway-process.ts';
import type { Vendor } from './harness/vendor.ts';

/** One way to hurt a gateway, and what has to hold all the same. */
export interface Attack {
  /** Words joined by hyphens: how it is called on the command line. */
  readonly name: string;
  /** Who is able to do it, such as `one token`. */
  readonly who: string;
  /** What is done, in one sentence. */
  readonly does: string;
  /** Why it is no part of `--all-at-once`: a gateway, a machine or a moment of its own. */
  readonly alone?: string;
  /** The gateway it needs, or that it needs none but those it starts itself. @defaultValue a plain one */
  readonly gateway?: GatewaySetup | 'none';
  /** Files of the gateway's folder to be there before it starts. */
  prepare?(folder: string): Promise<void>;
  /** Why it cannot be tried on this machine, in words; `undefined` where it can. */
  missing?(): string | undefined;
  /**
   * Does it. Comes to an end by itself within about half a minute, and early once `stage.signal` says so.
   * @returns what was sent, in a few words
   */
  run(stage: Stage): Promise<string>;
}

/** What an attack has to work with. */
export interface Stage {
  readonly access: Access;
  readonly vendor: Vendor;
  /** That time is over. */
  readonly signal: AbortSignal;
  /** How long to keep up what can be kept up for ever. */
  readonly floodMs: number;
  /** Notes what has to hold besides the rule for every attack; `fault` is the sentence for when it does not. */
  readonly expect: (holds: boolean, fault: string) => void;
}

/** The stage of an attack that is alone with its gateway. */
export interface OwnStage extends Stage {
  readonly gateway: GatewayProcess;
}

/** @throws Error in a run of all attacks at once, in which an attack that declares itself `alone` is never run */
export function ownGateway(stage: Stage): GatewayProcess {
  if ('gateway' in stage) return (stage as OwnStage).gateway;
  throw new Error('This attack needs a gateway of its own.');
}
