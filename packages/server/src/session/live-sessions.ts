import type { DialPlan, SessionConfig } from '@speko/adapter';
import type { EndReason } from '@speko/protocol';
import type { ChosenProvider } from '../adapter-registry.ts';

/** A minted session that waits for its client. */
export interface PreparedSession {
  readonly sessionId: string;
  readonly keyId: string;
  readonly provider: ChosenProvider;
  readonly config: SessionConfig;
  /** Fields of the request that mean nothing to a gateway, for `ready.ignored`. */
  readonly ignored: readonly string[];
  readonly createdAtMs: number;
  readonly tokenExpiresAtMs: number;
  readonly maxDurationMs: number;
}

/** The sessions of this node, as the REST side sees them. */
export interface LiveSessions {
  /**
   * Registers a minted session and, where the setting says so, begins to dial its provider.
   * @param plan - what its provider was checked with just now; `undefined` for one that is not dialled
   */
  prepare(session: PreparedSession, plan: DialPlan | undefined): void;
  /** Ends a session of this node, connected or still waiting; false when it is not here. */
  end(sessionId: string, reason: EndReason): boolean;
  /** Waiting and connected. */
  readonly count: number;
  countForKey(keyId: string): number;
  /** How long a session of this node has been connected, whole milliseconds; `undefined` for any other. */
  durationMs(sessionId: string): number | undefined;
  readonly draining: boolean;
}
