import { createOpenApiDocument, type Health, PATHS, realtimePath } from '@speko/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpError } from '../http-error.ts';
import type { LiveSessions } from '../session/live-sessions.ts';
import type { StoreHealth } from '../store/store-health.ts';
import type { PrometheusMetrics } from '../telemetry/gateway-metrics.ts';

/** Paths that need no key. */
export function addPublicRoutes(
  app: FastifyInstance,
  live: LiveSessions,
  health: StoreHealth,
  metrics: PrometheusMetrics | undefined,
  providers: readonly string[],
): void {
  const openapi = JSON.stringify(createOpenApiDocument({ providers }));

  app.get(PATHS.health, (): Health => ({ status: 'ok' }));

  app.get(PATHS.ready, (_request, reply): Health => {
    // Degraded still counts as ready: a node taken out of rotation would lose its calls.
    if (!live.draining) return { status: health.isAvailable ? 'ok' : 'degraded' };
    void reply.code(503);
    return { status: 'draining' };
  });

  app.get(PATHS.openapi, (_request, reply) => reply.type('application/json; charset=utf-8').send(openapi));

  if (metrics !== undefined) {
    app.get(PATHS.metrics, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()));
  }

  // Upgrades never come here: they go to the WebSocket side of the same server.
  app.get(decodeURIComponent(realtimePath(':id')), (_request, reply) => {
    void reply.header('upgrade', 'websocket').header('connection', 'upgrade');
    throw new HttpError({
      code: 'UPGRADE_REQUIRED',
      message: 'This path speaks WebSocket only; open it with a WebSocket client and wsToken as the first subprotocol.',
    });
  });
}
