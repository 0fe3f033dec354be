import type { SessionConfig } from '@speko/adapter';
import type { EndReason } from '@speko/protocol';

/** A minted session that waits for its client. */
export interface PreparedSession {
  readonly sessionId: string;
  readonly keyId: string;
  /** Adapter id. */
  readonly provider: string;
  readonly config: SessionConfig;
  /** Fields of the request that mean nothing to a gateway, for `ready.ignored`. */
  readonly ignored: readonly string[];
  readonly createdAtMs: number;
  readonly tokenExpiresAtMs: number;
  readonly maxDurationMs: number;
}

/** The sessions of this node, as the REST side sees them. */
export interface LiveSessions {
  /** Registers a minted session and, where the setting says so, begins to dial its provider. */
  prepare(session: PreparedSession): void;
  /** Ends a session of this node, connected or still waiting; false when it is not here. */
  end(sessionId: string, reason: EndReason): boolean;
  /** Waiting and connected. */
  readonly count: number;
  countForKey(keyId: string): number;
  /** How long a session of this node has been connected, whole milliseconds; `undefined` for any other. */
  durationMs(sessionId: string): number | undefined;
  readonly draining: boolean;
}
