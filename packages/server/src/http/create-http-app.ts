import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LIMITS } from '@speko/protocol';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { AdapterRegistry } from '../adapter-registry.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import { hasTwoHosts } from '../auth/own-origin.ts';
import type { Clock } from '../clock.ts';
import type { ServerSettings } from '../config.ts';
import { validationError } from '../http-error.ts';
import type { LiveSessions } from '../session/live-sessions.ts';
import type { NoticeBus } from '../session/notice-bus.ts';
import type { RecordWriter } from '../store/record-writer.ts';
import type { StoreHealth } from '../store/store-health.ts';
import type { SessionStore } from '../store/store.ts';
import type { PrometheusMetrics } from '../telemetry/gateway-metrics.ts';
import { addPlayground, type PlaygroundOptions } from './add-playground.ts';
import { authenticate, CALLER_DECORATOR, callerIdOf, keyOf } from './authenticate.ts';
import { BodyTurns } from './body-turns.ts';
import { answerCors } from './cors.ts';
import { answerClientError, answerErrors, answerUnknownMethod, sendError, toHttpError } from './error-answers.ts';
import { MethodTable } from './method-table.ts';
import { SessionMinter } from './mint/session-minter.ts';
import { OpenBodies } from './open-bodies.ts';
import { OpenReads } from './open-reads.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { addPublicRoutes } from './public-routes.ts';
import { addReportRoutes } from './report-routes.ts';
import { addSessionRoutes } from './session-routes.ts';
import { SessionStreams } from './session-streams.ts';

/** Everything the REST side needs. */
export interface HttpAppOptions {
  readonly store: SessionStore;
  readonly health: StoreHealth;
  readonly records: RecordWriter;
  readonly apiKeys: ApiKeys;
  readonly live: LiveSessions;
  readonly notices: NoticeBus;
  readonly adapters: AdapterRegistry;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent: there is no `GET /metrics`. */
  readonly metrics?: PrometheusMetrics | undefined;
  /** Absent: there is no page and none of its paths. */
  readonly playground?: PlaygroundOptions | undefined;
}

/** Longest time a request may take to arrive whole. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The REST side. `app.server` is its HTTP server: the WebSocket side listens for `upgrade` there, and gets only
 * requests that ask for a WebSocket.
 */
export function createHttpApp(options: HttpAppOptions): FastifyInstance {
  const { store, health, records, apiKeys, live, notices, adapters, settings, clock, logger, metrics, playground } =
    options;
  const methods = new MethodTable();
  const app = Fastify({
    genReqId: () => randomUUID(),
    trustProxy: settings.trustProxy,
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // While closing, requests still get our own answers.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 16_384 },
    http: {
      // A request without Host is answered like any other.
      requireHostHeader: false,
      // Some clients offer to upgrade to HTTP/2 on every request; that is declined, not an error.
      shouldUpgradeCallback: isWebSocketUpgrade,
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, { methods, clock }),
    frameworkErrors: (error, request, reply) => {
      void sendError(reply, toHttpError(error, request.id));
    },
  });
  const reads = new OpenReads(clock);
  const openBodies = new OpenBodies();
  const bodies = new BodyTurns();
  const { maxStreams, keyStreams } = settings;
  const streams = new SessionStreams({ store, notices, clock, maxStreams, keyStreams });
  const minter = new SessionMinter({ store, records, live, adapters, settings, clock, logger });

  methods.watch(app);
  app.decorateRequest(CALLER_DECORATOR, null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const read = (): void => {
      try {
        done(null, parseJsonBody(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    };
    try {
      bodies.enter(callerIdOf(request), body.length, read);
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    if (hasTwoHosts(request.raw)) throw validationError('Host', 'Is there more than once; send one.');
    if (answerCors(request, reply, settings.allowedOrigins)) return reply;
  });
  app.addHook('onResponse', async (request, reply) => {
    logger.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
      },
      'request answered',
    );
  });
  app.addHook('preClose', async () => streams.close());
  answerErrors(app, { apiKeys, methods, logger });
  addPublicRoutes(app, live, health, metrics, [...adapters.keys()]);
  // A separate plugin: the check belongs to the routes, however their path is spelled in the request.
  void app.register(async (keyed) => {
    keyed.addHook('onRequest', (request) => authenticate(request, apiKeys));
    keyed.addHook('onRequest', async (request, reply) => {
      const { keyId } = keyOf(request);
      if (request.method === 'POST') openBodies.enter(keyId, request.headers['content-length'], reply.raw);
      // Streams stay open, and have bounds of their own.
      if (request.method !== 'GET' || request.routeOptions.url?.endsWith('/stream') === true) return;
      reads.enter(keyId, reply.raw);
    });
    addSessionRoutes(keyed, { store, live, notices, minter, streams, clock });
    addReportRoutes(keyed, { store, adapters, clock });
  });
  if (playground !== undefined) addPlayground(app, { playground, apiKeys, adapters, minter, settings });
  // A proxy is asked so; without a listener the connection would be cut.
  app.server.on('connect', (request, socket) =>
    answerUnknownMethod(socket, 'CONNECT', request.url ?? '', { methods, clock }),
  );
  app.server.on('checkExpectation', (_request, response) => {
    const { status, body } = validationError('Expect', 'Only "100-continue" can be expected; leave the header out.');
    const text = JSON.stringify(body);
    response
      .writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      })
      .end(text);
  });
  return app;
}

function isWebSocketUpgrade(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}
