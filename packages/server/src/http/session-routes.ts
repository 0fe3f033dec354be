import {
  createSessionRequestSchema,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyKeySchema,
  PATHS,
  sessionListQuerySchema,
  type SessionList,
  type SessionRecord,
  type Transcript,
} from '@speko/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { bearerToken } from '../auth/bearer-token.ts';
import type { Clock } from '../clock.ts';
import type { LiveSessions } from '../session/live-sessions.ts';
import type { NoticeBus } from '../session/notice-bus.ts';
import { StoreError } from '../store/store-error.ts';
import type { SessionPage, SessionQuery, SessionStore, StoredKey } from '../store/store.ts';
import { keyOf } from './authenticate.ts';
import { endSession } from './end-session.ts';
import { sessionNotFound, validationError } from './http-error.ts';
import type { MintRequest, SessionMinter } from './session-minter.ts';
import type { SessionStreams } from './session-streams.ts';
import { validated } from './validated.ts';
import type { RequestOrigin } from './ws-url.ts';

export interface SessionRoutesOptions {
  readonly store: SessionStore;
  readonly live: LiveSessions;
  readonly notices: NoticeBus;
  readonly minter: SessionMinter;
  readonly streams: SessionStreams;
  readonly clock: Clock;
}

interface SessionParams {
  Params: { id: string };
}

/** `/v1/sessions` and what is below it. */
export function addSessionRoutes(app: FastifyInstance, options: SessionRoutesOptions): void {
  const { store, minter, streams } = options;

  app.post(PATHS.sessions, async (request, reply) => {
    const response = await minter.mint(toMintRequest(request));
    return reply.code(201).send(response);
  });

  app.get(PATHS.sessions, async (request): Promise<SessionList> => {
    const { limit, cursor, status, provider } = validated(sessionListQuerySchema, request.query);
    const query: SessionQuery = {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(status !== undefined && { status }),
      ...(provider !== undefined && { provider }),
    };
    const page = await listSessions(store, keyOf(request), query);
    return { sessions: [...page.sessions], nextCursor: page.nextCursor ?? null };
  });

  app.get<SessionParams>(`${PATHS.sessions}/:id`, (request) => ownSession(store, request));

  app.get<SessionParams>(`${PATHS.sessions}/:id/transcript`, async (request): Promise<Transcript> => {
    const { id } = await ownSession(store, request);
    return { sessionId: id, entries: [...(await store.readTranscript(id))] };
  });

  app.get<SessionParams>(`${PATHS.sessions}/:id/stream`, { exposeHeadRoute: false }, async (request, reply) => {
    await streams.serve({ keyId: keyOf(request).keyId, sessionId: request.params.id }, () => {
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        // Some proxies hold back what they think is a page.
        'x-accel-buffering': 'no',
      });
      return reply.raw;
    });
    return reply;
  });

  app.post<SessionParams>(`${PATHS.sessions}/:id/end`, async (request) => {
    const record = await ownSession(store, request);
    return endSession(keyOf(request).keyId, record, options);
  });
}

function toMintRequest(request: FastifyRequest): MintRequest {
  const { body, headers } = request;
  const apiKey = bearerToken(headers.authorization);
  const idempotencyKey = headers[IDEMPOTENCY_KEY_HEADER];
  return {
    key: keyOf(request),
    request: validated(createSessionRequestSchema, body),
    origin: originOf(request),
    ...(idempotencyKey !== undefined &&
      apiKey !== undefined && {
        idempotency: { idempotencyKey: parseIdempotencyKey(idempotencyKey), apiKey, body },
      }),
  };
}

function parseIdempotencyKey(header: unknown): string {
  const result = idempotencyKeySchema.safeParse(header);
  if (result.success) return result.data;
  throw validationError(
    'Idempotency-Key',
    'Must be 1 to 255 printable ASCII characters without spaces, such as a UUID.',
  );
}

function originOf(request: FastifyRequest): RequestOrigin {
  const { localAddress = '127.0.0.1', localPort } = request.socket;
  const address = localAddress.includes(':') ? `[${localAddress.replace(/^::ffff:/, '')}]` : localAddress;
  return {
    protocol: request.protocol,
    host: request.host,
    localHost: localPort === undefined ? address : `${address}:${localPort}`,
  };
}

async function ownSession(store: SessionStore, request: FastifyRequest<SessionParams>): Promise<SessionRecord> {
  const record = await store.findSession(keyOf(request).keyId, request.params.id);
  if (record === undefined) throw sessionNotFound();
  return record;
}

async function listSessions(store: SessionStore, { keyId }: StoredKey, query: SessionQuery): Promise<SessionPage> {
  try {
    return await store.listSessions(keyId, query);
  } catch (error) {
    if (StoreError.isInstance(error) && error.code === 'BAD_CURSOR') throw validationError('cursor', error.message);
    throw error;
  }
}
