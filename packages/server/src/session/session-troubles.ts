import type { SessionErrorCode } from '@speko/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.ts';
import { TokenBucket } from '../token-bucket.ts';

/** A provider may break off or miscall without end: all of it is counted, and so much of it logged. */
const logRate = { perSecond: 0.1, burst: 20 };

/**
 * Troubles of a session, for the operator: counted, and logged without any of its words
 * or called.
 */
export class SessionTroubles {
  readonly #options: CallTroublesOptions;
  readonly #budget: TokenBucket;

  constructor(options: CallTroublesOptions) {
    this.#options = options;
    this.#budget = new TokenBucket(logRate, options.clock.nowMs());
  }

  /** The client is told of an error. */
  error(code: SessionErrorCode, message: string, fatal: boolean): void {
    const { logger, metrics, provider, sessionId } = this.#options;
    metrics.error(provider, code);
    // Why a session was lost has to be in the log of the operator who is asked.
    if (fatal) logger.warn({ sessionId, code, reason: message }, 'an error ends the session');
    else if (code === 'BAD_TOOL_CALL') this.#warn({ sessionId, code }, 'a tool call cannot be used');
    // A client may cause this one with every frame.
    else if (code !== 'UNKNOWN_TOOL_CALL') logger.debug({ sessionId, code }, 'error frame');
  }

  /** The provider broke an answer off. */
  brokenOff(reason: string): void {
    const { metrics, provider, sessionId } = this.#options;
    metrics.brokenOff(provider, reason);
    this.#warn({ sessionId, provider, reason }, 'the provider broke an answer off');
  }

  #warn(fields: object, sentence: string): void {
    const nowMs = this.#options.clock.nowMs();
    if (this.#budget.waitMs(nowMs) > 0) return;
    this.#budget.take(1, nowMs);
    this.#options.logger.warn(fields, sentence);
  }
}

export interface CallTroublesOptions {
  readonly sessionId: string;
  readonly provider: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
}
