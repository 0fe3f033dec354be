import type { DialPlan } from '@speko/adapter';
import { END_REASONS, type EndReason } from '@speko/protocol';
import type { Logger } from 'pino';
import { anchoredTime } from '../anchored-time.ts';
import type { Clock, Timer } from '../clock.ts';
import type { ClientSocket } from '../downstream/client-socket.ts';
import type { RecordWriter } from '../store/record-writer.ts';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.ts';
import type { ProviderLink } from '../upstream/connection/provider-link.ts';
import { createLink } from '../upstream/create-link.ts';
import { EventOutlet } from '../upstream/event-outlet.ts';
import type { LiveSessions, PreparedSession } from './live-sessions.ts';
import type { NoticeBus } from './notice-bus.ts';
import { SessionRecorder } from './session-recorder.ts';
import { Session, sessionFault, type SessionSettings } from './session.ts';

/** How long a shutdown waits for the store to take the last of the records. */
const RECORD_DEADLINE_MS = 15_000;

/** Every session of this node: those that wait for their client, and those that talk. */
export class SessionRegistry implements LiveSessions {
  readonly #options: RegistryOptions;
  readonly #waiting = new Map<string, WaitingSession>();
  readonly #active = new Map<string, ActiveSession>();
  readonly #perKey = new Map<string, number>();
  readonly #ending = new Set<Promise<void>>();
  #isDraining = false;
  #onIdle: (() => void) | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#waiting.size + this.#active.size;
  }

  /** Minted, and without their client yet. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  get draining(): boolean {
    return this.#isDraining;
  }

  countForKey(keyId: string): number {
    return this.#perKey.get(keyId) ?? 0;
  }

  durationMs(sessionId: string): number | undefined {
    const active = this.#active.get(sessionId);
    return active && Math.round(this.#options.clock.nowMs() - active.connectedAtMs);
  }

  /** @throws what the adapter threw; the session is not here then */
  prepare(prepared: PreparedSession, plan: DialPlan | undefined): void {
    const { clock, settings } = this.#options;
    const lifetimeMs = prepared.tokenExpiresAtMs - prepared.createdAtMs;
    const instantMs = anchoredTime(clock, prepared.createdAtMs);
    const expiry = clock.setTimer(() => this.#expire(prepared.sessionId), lifetimeMs);
    const recorder = this.#recorder(prepared);
    const waiting: WaitingSession = { prepared, recorder, instantMs, expiry, predialed: undefined };
    this.#waiting.set(prepared.sessionId, waiting);
    this.#perKey.set(prepared.keyId, this.countForKey(prepared.keyId) + 1);
    // Nothing is gained by starting an engine of this process early.
    if (!settings.predial || plan === undefined) return;
    try {
      this.#predial(waiting, plan);
    } catch (error) {
      this.#waiting.delete(prepared.sessionId);
      expiry.cancel();
      this.#release(prepared);
      throw error;
    }
  }

  /** Whether a minted session waits here for its client. */
  has(sessionId: string): boolean {
    return this.#waiting.has(sessionId);
  }

  /** The present as a session that waits here counts it, epoch milliseconds: what its token's end is held against. */
  instantOf(sessionId: string): number | undefined {
    return this.#waiting.get(sessionId)?.instantMs();
  }

  /** The client is here. */
  connect(sessionId: string, client: ClientSocket, speaksExtensions: boolean): void {
    const waiting = this.#waiting.get(sessionId);
    if (waiting === undefined) return client.close(1011, 'provider_error');
    const { clock, logger } = this.#options;
    let session: Session;
    try {
      session = this.#start(waiting, client, speaksExtensions);
    } catch (error) {
      logger.error({ sessionId, err: error }, 'the session could not be started');
      client.frame({ t: 'error', code: 'INTERNAL', message: sessionFault(sessionId), fatal: true });
      client.frame({ t: 'end', reason: 'provider_connect_failed' });
      client.close(END_REASONS.provider_connect_failed.closeCode, 'provider_connect_failed');
      return this.#leave(waiting, 'ended', 'provider_connect_failed');
    }
    const { prepared } = waiting;
    this.#waiting.delete(sessionId);
    waiting.expiry.cancel();
    waiting.predialed?.hold.cancel();
    this.#active.set(sessionId, { session, connectedAtMs: clock.nowMs() });
    logger.info(
      { sessionId, provider: prepared.provider.adapter.id, model: prepared.config.model },
      'session connected',
    );
    session.start();
  }

  /** @throws what the adapter threw */
  #start(waiting: WaitingSession, client: ClientSocket, speaksExtensions: boolean): Session {
    const { prepared, recorder, instantMs } = waiting;
    const { clock, logger, metrics, settings } = this.#options;
    const { adapter, options } = prepared.provider;
    const claimed = waiting.predialed?.dialed;
    const stale = claimed?.link.failed?.retryable === true;
    if (stale) claimed.link.close();
    const dialed = claimed === undefined || stale ? this.#dial(prepared) : claimed;
    try {
      return new Session({
        prepared,
        capabilities: adapter.sessionCapabilities?.(prepared.config, options) ?? adapter.capabilities,
        ...dialed,
        client,
        speaksExtensions,
        recorder,
        clock,
        connectedAtMs: instantMs(),
        logger,
        metrics,
        settings,
        onEnd: (reason, saved) => this.#removeActive(prepared, reason, saved),
      });
    } catch (error) {
      dialed.link.close();
      throw error;
    }
  }

  end(sessionId: string, reason: EndReason): boolean {
    const active = this.#active.get(sessionId);
    if (active !== undefined) {
      active.session.end(reason);
      return true;
    }
    const waiting = this.#waiting.get(sessionId);
    if (waiting === undefined) return false;
    this.#leave(waiting, 'ended', reason);
    return true;
  }

  /** Refuses new sessions, lets the others finish until the deadline, then ends them. */
  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    for (const waiting of this.#waiting.values()) this.#leave(waiting, 'ended', 'server_shutdown');
    if (this.#active.size > 0) await this.#idleOrDeadline(deadlineMs);
    for (const { session } of this.#active.values()) session.end('server_shutdown');
    const lost = await this.#options.records.close(RECORD_DEADLINE_MS);
    if (lost > 0) this.#options.logger.error({ lost }, 'the store could not be written: changes of records are lost');
    await Promise.all(this.#ending);
  }

  #idleOrDeadline(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(resolve, deadlineMs);
      this.#onIdle = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #predial(waiting: WaitingSession, plan: DialPlan): void {
    const { clock, logger, settings } = this.#options;
    const { sessionId } = waiting.prepared;
    const dialed = this.#dial(waiting.prepared, plan);
    const hold = clock.setTimer(() => {
      logger.debug(
        { sessionId },
        'nobody claimed the provider connection in time; it is dialled again when the client comes',
      );
      dialed.link.close();
      waiting.predialed = undefined;
    }, settings.predialHoldMs);
    waiting.predialed = { dialed, hold };
  }

  #dial({ sessionId, provider, config }: PreparedSession, plan?: DialPlan): DialedSession {
    const { clock, logger, settings } = this.#options;
    const events = new EventOutlet((isPaused) => (isPaused ? link.pause() : link.resume()));
    const link = createLink({
      ...provider,
      config,
      plan,
      clock,
      listener: events,
      history: () => this.#active.get(sessionId)?.session.history() ?? [],
      maxHeldAudioMs: settings.readyBufferMs,
      onRecovered: (count) =>
        logger.warn({ sessionId, count }, 'the provider connection was replaced; the call goes on'),
      onOddEnd: (expiresAtMs) =>
        logger.warn(
          { sessionId, expiresAtMs },
          'the provider states an end of its connection that cannot be true; it is ignored. Check the clocks.',
        ),
    });
    link.start();
    return { link, events };
  }

  #expire(sessionId: string): void {
    const waiting = this.#waiting.get(sessionId);
    if (waiting !== undefined) this.#leave(waiting, 'expired', null);
  }

  #leave(waiting: WaitingSession, status: 'ended' | 'expired', reason: EndReason | null): void {
    const { prepared, recorder, instantMs, expiry, predialed } = waiting;
    this.#waiting.delete(prepared.sessionId);
    expiry.cancel();
    predialed?.hold.cancel();
    predialed?.dialed.link.close();
    this.#release(prepared);
    this.#track(recorder.ended({ status, reason, atMs: instantMs(), durationMs: null }));
    this.#options.logger.info(
      { sessionId: prepared.sessionId, status, reason },
      'session ended before a client connected',
    );
  }

  #removeActive(prepared: PreparedSession, reason: EndReason, saved: Promise<void>): void {
    const { sessionId } = prepared;
    const active = this.#active.get(sessionId);
    if (active === undefined) return;
    this.#active.delete(sessionId);
    this.#release(prepared);
    this.#track(saved);
    const durationMs = Math.round(this.#options.clock.nowMs() - active.connectedAtMs);
    this.#options.logger.info({ sessionId, reason, durationMs }, 'session ended');
    if (this.#active.size === 0) this.#onIdle?.();
  }

  #release({ keyId }: PreparedSession): void {
    const left = this.countForKey(keyId) - 1;
    if (left > 0) this.#perKey.set(keyId, left);
    else this.#perKey.delete(keyId);
  }

  #track(ending: Promise<void>): void {
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  #recorder({ sessionId }: PreparedSession): SessionRecorder {
    const { records, notices } = this.#options;
    return new SessionRecorder(sessionId, records, notices);
  }
}

export interface RegistryOptions {
  readonly records: RecordWriter;
  readonly notices: NoticeBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly settings: RegistrySettings;
}

export interface RegistrySettings extends SessionSettings {
  /** Dial the provider when the session is minted, so that its handshake overlaps the client's own. */
  readonly predial: boolean;
  /** How long an unclaimed provider connection is held. */
  readonly predialHoldMs: number;
}

/** A provider session, and what it has reported so far. */
interface DialedSession {
  readonly link: ProviderLink;
  readonly events: EventOutlet;
}

interface WaitingSession {
  readonly prepared: PreparedSession;
  readonly recorder: SessionRecorder;
  readonly instantMs: () => number;
  readonly expiry: Timer;
  predialed: { readonly dialed: DialedSession; readonly hold: Timer } | undefined;
}

interface ActiveSession {
  readonly session: Session;
  readonly connectedAtMs: number;
}
