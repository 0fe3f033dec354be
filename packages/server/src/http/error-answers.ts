import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS } from '@speko/protocol';
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { Clock } from '../clock.ts';
import { HttpError, storeUnavailable, validationError } from '../http-error.ts';
import { isUnavailable } from '../store/store-error.ts';
import { authenticate } from './authenticate.ts';
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

/** Sets the answers for what handlers throw, for unknown paths and for methods a path does not take. */
export function answerErrors(
  app: FastifyInstance,
  { apiKeys, methods, logger }: { apiKeys: ApiKeys; methods: MethodTable; logger: Logger },
): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = toHttpError(error, request.id);
    if (answer.code === 'INTERNAL') logger.error({ requestId: request.id, err: error }, 'request failed');
    return sendError(reply, answer);
  });
  // Before a body is read or looked at: nothing that it may be changes this answer.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?', 1)[0] ?? '';
    if (isKeyed(path)) await authenticate(request, apiKeys);
    return answerUnmatched(request, reply, methods.allow(path));
  });
}

function answerUnmatched(request: FastifyRequest, reply: FastifyReply, allow: string | undefined): FastifyReply {
  if (allow === undefined) throw noSuchPath();
  reply.header('allow', allow);
  if (request.method === 'OPTIONS') return reply.code(204).send();
  throw methodNotAllowed(request.method, allow);
}

function noSuchPath(): HttpError {
  return new HttpError({
    code: 'NOT_FOUND',
    message: 'There is no such path; GET /openapi.json lists those there are.',
  });
}

function methodNotAllowed(method: string, allow: string): HttpError {
  return new HttpError({
    code: 'METHOD_NOT_ALLOWED',
    message: `This path does not take ${method}; use one of: ${allow}.`,
  });
}

/** Paths whose existence is hidden without a key. A WebSocket path is opened by its own token. */
function isKeyed(path: string): boolean {
  return (path === '/v1' || path.startsWith('/v1/')) && !path.startsWith('/v1/realtime/');
}

/** How long a peer may take to read an answer over the bare socket and hang up. */
const LINGER_MS = 2_000;

/** Parts of an answer over the bare socket. */
interface BareAnswers {
  readonly methods: MethodTable;
  readonly clock: Clock;
}

/** Answers bytes that are no HTTP request, over the bare socket. */
export function answerClientError(error: ConnectionError, socket: Duplex, answers: BareAnswers): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  if (error.code === 'HPE_INVALID_METHOD') {
    const line = rawPacketOf(error).toString('latin1');
    const [, method, url] = /^([!#$%&'*+\-.^_`|~\w]{1,32}) (\/\S*) HTTP\/1\.[01]\r?\n/.exec(line) ?? [];
    if (method !== undefined && url !== undefined) return answerUnknownMethod(socket, method, url, answers);
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const refusal = validationError(
    '',
    tooLong
      ? 'The headers are too long; keep them under 16 KiB.'
      : 'This is not a complete HTTP/1.1 request; send one.',
  );
  answerBare(socket, refusal, [], answers.clock);
}

/** Answers a method that the HTTP parser does not know or hands over as something else. No key can be asked for. */
export function answerUnknownMethod(
  socket: Duplex,
  method: string,
  url: string,
  { methods, clock }: BareAnswers,
): void {
  const allow = methods.allow(url.split('?', 1)[0] ?? '');
  if (allow === undefined) answerBare(socket, noSuchPath(), [], clock);
  else answerBare(socket, methodNotAllowed(method, allow), [`allow: ${allow}`], clock);
}

function answerBare(socket: Duplex, { status, body }: HttpError, headers: readonly string[], clock: Clock): void {
  // What comes behind such a request is no request either, and answered already.
  if (socket.writableEnded) return;
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    ...headers,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  // Closing on unread data would reset the connection before the answer is read. A peer that stays is cut off.
  socket.resume();
  const linger = clock.setTimer(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => linger.cancel());
}

/** What Node's parser had before it, which may begin in the middle of a request. */
function rawPacketOf(error: Error): Buffer {
  return 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.alloc(0);
}

function describe(error: unknown): { code?: unknown; statusCode?: number | undefined } {
  if (!(error instanceof Error)) return {};
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  return { code, statusCode: typeof statusCode === 'number' ? statusCode : undefined };
}
