import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { AdapterEntry } from './adapter-registry.ts';
import { ApiKeys, type ConfiguredKey } from './auth/api-keys.ts';
import { isLoopbackOrigin, isOriginAllowed } from './auth/origins.ts';
import { isSameHost } from './auth/own-origin.ts';
import { systemClock, type Clock } from './clock.ts';
import { resolveSettings, type ServerOptions } from './config.ts';
import { createUpgradeHandler } from './downstream/upgrade-handler.ts';
import { checkPlayground, type PlaygroundOptions } from './http/add-playground.ts';
import { createHttpApp } from './http/create-http-app.ts';
import { createLocalNoticeBus } from './session/notice-bus.ts';
import { SessionRegistry } from './session/session-registry.ts';
import { hideExpired } from './store/hide-expired.ts';
import { RecordWriter } from './store/record-writer.ts';
import { Retention } from './store/retention.ts';
import { StoreHealth } from './store/store-health.ts';
import type { SessionStore } from './store/store.ts';
import { untilAvailable } from './store/until-available.ts';
import { createLogger } from './telemetry/create-logger.ts';
import { createPrometheusMetrics, noMetrics } from './telemetry/gateway-metrics.ts';

/** How long requests that are under way may take once the sessions are over. */
const REQUEST_GRACE_MS = 1000;

/** Parts of a gateway, and settings that differ from their defaults. */
export interface CreateServerOptions extends ServerOptions {
  /** The providers this gateway knows, with validated options or the setting that is missing. */
  readonly adapters: readonly AdapterEntry[];
  /** Records, transcripts, keys and tokens; the server closes it when it stops. */
  readonly store: SessionStore;
  /** API keys from the operator's configuration, beside those in the store. */
  readonly configuredKeys?: readonly ConfiguredKey[];
  /**
   * A page at `/` that talks through this gateway, for development. Anyone who has its token can hold calls.
   * @defaultValue none
   */
  readonly playground?: PlaygroundOptions | undefined;
  /** @defaultValue JSON lines on standard error from level `info` */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** A gateway. */
export interface SpekoServer {
  /**
   * Starts to serve.
   * @param address - port 0 takes a free one
   * @throws the system's error when the address cannot be taken, such as `EADDRINUSE`
   * @throws StoreError `STORE_IN_USE` when another gateway serves from the store and does not leave in time
   */
  listen(address?: { readonly host?: string; readonly port?: number }): Promise<ListeningAddress>;
  /** Sessions of this node, waiting and connected. */
  readonly sessionCount: number;
  /** Refuses new sessions, lets the others finish until the drain deadline, ends them and stops. May be called twice. */
  close(): Promise<void>;
}

/** Where a gateway listens. */
export interface ListeningAddress {
  /** Base URL for clients on this machine. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Puts a gateway together: REST, WebSocket, sessions and their store. Reads no environment, and
 * no file but those of the playground.
 * @throws RealtimeError `BAD_SETTING` naming the setting and what it takes
 */
export function createServer(options: CreateServerOptions): SpekoServer {
  const {
    adapters,
    store: everything,
    configuredKeys = [],
    playground,
    logger = createLogger(),
    clock = systemClock,
    ...given
  } = options;
  const settings = resolveSettings(given);
  if (playground !== undefined) checkPlayground(playground);
  const { transcriptDays, recordDays } = settings;
  const retention = new Retention({ store: everything, clock, logger, transcriptDays, recordDays });
  const store = hideExpired(everything, () => retention.cutoffs);
  const registry = new Map(adapters.map((entry) => [entry.adapter.id, entry]));
  const notices = createLocalNoticeBus();
  const metrics = settings.metrics ? createPrometheusMetrics(() => live.waitingCount) : undefined;
  const health = new StoreHealth({ store, clock, logger });
  const records = new RecordWriter({ store, health, clock, logger });
  const guarded = health.guard();
  const live = new SessionRegistry({
    records,
    notices,
    clock,
    logger,
    metrics: metrics ?? noMetrics,
    settings,
  });
  const apiKeys = new ApiKeys({ store, configuredKeys, nowMs: () => clock.epochMs(), steadyMs: () => clock.nowMs() });
  const app = createHttpApp({
    adapters: registry,
    apiKeys,
    live,
    store: guarded,
    health,
    records,
    notices,
    settings,
    logger,
    clock,
    metrics,
    playground,
  });
  const upgrades = createUpgradeHandler({
    sessions: live,
    store: guarded,
    clock,
    logger,
    allowOrigin: (request) =>
      isOriginAllowed(request.headers.origin, settings.allowedOrigins) ||
      (settings.allowLoopbackOrigins && isLoopbackOrigin(request.headers.origin)) ||
      isSameHost(request, settings),
    settings,
  });
  app.server.on('upgrade', (request, stream, head) => upgrades.handle(request, stream, head));

  let closing: Promise<void> | undefined;
  /** Ends the wait for another gateway to leave the store. */
  const waiting = new AbortController();
  async function stop(): Promise<void> {
    logger.info({ sessions: live.count }, 'draining');
    waiting.abort();
    await live.drain(settings.drainDeadlineMs);
    upgrades.close();
    const grace = clock.setTimer(() => app.server.closeAllConnections(), REQUEST_GRACE_MS);
    await app.close();
    grace.cancel();
    await retention.stop();
    health.close();
    await store.close();
    logger.info('stopped');
  }

  return {
    async listen({ host = '127.0.0.1', port = 8787 } = {}) {
      await store.acquire({
        waitMs: settings.storeWaitMs,
        signal: waiting.signal,
        onWait: () => logger.warn('another gateway serves from this database: waiting for it to leave'),
      });
      // No other gateway serves from this database, and nothing was minted yet: any open session was left open, also
      // by a clock that was ahead of this one.
      const stale = await untilAvailable(() => store.closeStaleSessions(Number.MAX_SAFE_INTEGER), settings.storeWaitMs);
      if (stale > 0) logger.warn({ sessions: stale }, 'closed the records of sessions that an earlier run left open');
      await app.listen({ host, port });
      retention.start();
      const bound = app.server.address() as AddressInfo;
      const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      const url = `http://${bound.address === '0.0.0.0' || bound.address === '::' ? '127.0.0.1' : shown}:${bound.port}`;
      logger.info({ url }, 'listening');
      return { url, host: bound.address, port: bound.port };
    },
    get sessionCount() {
      return live.count;
    },
    close: () => (closing ??= stop()),
  };
}
