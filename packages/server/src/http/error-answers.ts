import type { Socket } from 'node:net';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import type { ApiKeys } from '../auth/api-keys.ts';
import { LIMITS } from '@speko/protocol';
import { authenticate } from './authenticate.ts';
import { HttpError, storeUnavailable, validationError } from './http-error.ts';
import { isUnavailable } from '../store/store-error.ts';
import type { MethodTable } from './method-table.ts';

/** Whatever was thrown, as what the client is told: the framework's own errors get our codes and words. */
export function toHttpError(error: unknown, requestId: string): HttpError {
  if (HttpError.isInstance(error)) return error;
  if (isUnavailable(error)) return storeUnavailable(error);
  const { code, statusCode } = describe(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HttpError({
      code: 'PAYLOAD_TOO_LARGE',
      message: `The body is over ${LIMITS.bodyBytes} bytes; shorten systemPrompt, tools or metadata.`,
    });
  }
  if (code === 'FST_ERR_BAD_URL') {
    return validationError('', 'The path is not valid; percent-encode it as UTF-8.');
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return validationError('', 'The body does not match its headers; correct Content-Length and Content-Type.');
  }
  return new HttpError({
    code: 'INTERNAL',
    message: `Something went wrong inside the gateway; try again, and if it stays, tell the operator request id ${requestId}.`,
    cause: error,
  });
}

/** Answers with an error's status, headers and body. */
export function sendError(reply: FastifyReply, error: HttpError): FastifyReply {
  return reply.code(error.status).headers(error.headers).send(error.body);
}

/** Sets the answers for what handlers throw, for paths nobody serves and for methods a path does not take. */
export function answerErrors(
  app: FastifyInstance,
  { apiKeys, methods, logger }: { apiKeys: ApiKeys; methods: MethodTable; logger: Logger },
): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = toHttpError(error, request.id);
    if (answer.code === 'INTERNAL') logger.error({ requestId: request.id, err: error }, 'request failed');
    return sendError(reply, answer);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (isKeyed(path)) await authenticate(request, apiKeys);
    return answerUnmatched(request, reply, methods.allowed(path));
  });
}

function answerUnmatched(request: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  if (allowed.length === 0) {
    throw new HttpError({
      code: 'NOT_FOUND',
      message: 'There is no such path; GET /openapi.json lists those there are.',
    });
  }
  const allow = [...allowed, 'OPTIONS'].join(', ');
  reply.header('allow', allow);
  if (request.method === 'OPTIONS') return reply.code(204).send();
  throw new HttpError({
    code: 'METHOD_NOT_ALLOWED',
    message: `This path does not take ${request.method}; use one of: ${allow}.`,
  });
}

/** Paths whose very existence is nobody's business without a key. A WebSocket path is opened by its own token. */
function isKeyed(path: string): boolean {
  return (path === '/v1' || path.startsWith('/v1/')) && !path.startsWith('/v1/realtime/');
}

/** Answers bytes that are no HTTP request, over the bare socket. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const { status, body } = validationError(
    '',
    tooLong
      ? 'The headers are too long; keep them under 16 KiB.'
      : 'This is not a complete HTTP/1.1 request; send one.',
  );
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} Bad Request`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

function describe(error: unknown): { code?: unknown; statusCode?: number | undefined } {
  if (!(error instanceof Error)) return {};
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  return { code, statusCode: typeof statusCode === 'number' ? statusCode : undefined };
}
