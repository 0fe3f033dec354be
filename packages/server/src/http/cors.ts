import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOriginAllowed } from '../auth/origins.ts';
import { HttpError } from '../http-error.ts';

/** A day: what a browser may remember of a preflight. */
const PREFLIGHT_SECONDS = '86400';

/**
 * Lets pages of the allowed origins read answers, and answers their preflights. Without allowed origins no header is
 * ever set, and browsers keep pages out by themselves.
 * @returns whether the request is answered.
 * @throws HttpError `ORIGIN_FORBIDDEN` for a preflight from elsewhere; a browser shows it to the page's developer.
 */
export function answerCors(request: FastifyRequest, reply: FastifyReply, allowedOrigins: readonly string[]): boolean {
  const { origin } = request.headers;
  if (allowedOrigins.length > 0) reply.header('vary', 'origin');
  if (origin === undefined) return false;
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (!isOriginAllowed(origin, allowedOrigins)) {
    if (!isPreflight) return false;
    throw new HttpError({
      code: 'ORIGIN_FORBIDDEN',
      message:
        'Pages of this origin may not call this gateway; add the origin to the allowed origins, or call from your back end.',
    });
  }
  reply.header('access-control-allow-origin', origin);
  if (!isPreflight) {
    reply.header('access-control-expose-headers', 'retry-after, x-request-id');
    return false;
  }
  void reply
    .header('access-control-allow-methods', 'GET, POST')
    .header('access-control-allow-headers', 'authorization, content-type, idempotency-key')
    .header('access-control-max-age', PREFLIGHT_SECONDS)
    .code(204)
    .send();
  return true;
}
