import { PATHS, sessionListQuerySchema, sessionStreamQuerySchema, type Transcript } from '@speko/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { sessionNotFound, validationError } from '../http-error.ts';
import type { LiveSessions } from '../session/live-sessions.ts';
import type { NoticeBus } from '../session/notice-bus.ts';
import { StoreError } from '../store/store-error.ts';
import type { SessionPage, SessionQuery, SessionStore, StoredKey, StoredRecord } from '../store/store.ts';
import { keyOf } from './authenticate.ts';
import { endSession } from './end-session.ts';
import { addMintRoute } from './mint-route.ts';
import type { SessionMinter } from './mint/session-minter.ts';
import { listJson, recordJson, spokenIn, toListedEntry } from './session-answers.ts';
import type { StreamRequest } from './session-stream.ts';
import type { SessionStreams } from './session-streams.ts';
import { validated } from './validated.ts';

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
  const { store, live, minter, streams } = options;

  addMintRoute(app, PATHS.sessions, minter);

  app.get(PATHS.sessions, async (request, reply) => {
    const { limit, cursor, status, provider } = validated(sessionListQuerySchema, request.query);
    const query: SessionQuery = {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(status !== undefined && { status }),
      ...(provider !== undefined && { provider }),
    };
    const page = await listSessions(store, keyOf(request), query);
    const records = page.sessions.map((record) => atPresent(record, live));
    return sendJson(reply, listJson(records, page.nextCursor));
  });

  app.get<SessionParams>(`${PATHS.sessions}/:id`, async (request, reply) =>
    sendJson(reply, recordJson(atPresent(await ownSession(store, request), live))),
  );

  app.get<SessionParams>(`${PATHS.sessions}/:id/transcript`, async (request): Promise<Transcript> => {
    const record = await ownSession(store, request);
    const about = spokenIn(record);
    const entries = await store.readTranscript(record.id);
    return { sessionId: record.id, entries: entries.map((entry, index) => toListedEntry(entry, index, about)) };
  });

  app.get<SessionParams>(`${PATHS.sessions}/:id/stream`, { exposeHeadRoute: false }, async (request, reply) => {
    const { cursor } = validated(sessionStreamQuerySchema, request.query);
    const asked: StreamRequest = {
      keyId: keyOf(request).keyId,
      sessionId: request.params.id,
      ...(cursor !== undefined && { afterIndex: Number(cursor.split(':', 1)[0]) }),
    };
    await streams.serve(asked, () => {
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

  app.post<SessionParams>(`${PATHS.sessions}/:id/end`, async (request, reply) => {
    const record = await ownSession(store, request);
    return sendJson(reply, recordJson(await endSession(keyOf(request).keyId, record, options)));
  });
}

function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(json);
}

/** A session that talks has lasted longer than what was saved of it last. */
function atPresent(record: StoredRecord, live: LiveSessions): StoredRecord {
  const durationMs = record.status === 'active' ? live.durationMs(record.id) : undefined;
  return durationMs === undefined ? record : { ...record, durationMs };
}

async function ownSession(store: SessionStore, request: FastifyRequest<SessionParams>): Promise<StoredRecord> {
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
