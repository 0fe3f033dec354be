import { createSessionRequestSchema, IDEMPOTENCY_KEY_HEADER, idempotencyKeySchema } from '@speko/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { validationError } from '../http-error.ts';
import { callerOf } from './authenticate.ts';
import type { MintRequest, SessionMinter } from './mint/session-minter.ts';
import type { RequestOrigin } from './mint/ws-url.ts';
import { validated } from './validated.ts';
import { withPlainNumbers } from './with-plain-numbers.ts';

/** Answers `POST /v1/sessions` under a path, on behalf of the request's caller. */
export function addMintRoute(app: FastifyInstance, path: string, minter: SessionMinter): void {
  app.post(path, async (request, reply) => {
    const response = await minter.mint(toMintRequest(request));
    return reply.code(201).send(response);
  });
}

function toMintRequest(request: FastifyRequest): MintRequest {
  const { body, headers } = request;
  const { key, apiKey } = callerOf(request);
  const idempotencyKey = headers[IDEMPOTENCY_KEY_HEADER];
  return {
    key,
    request: validated(createSessionRequestSchema, withPlainNumbers(body)),
    origin: originOf(request),
    ...(idempotencyKey !== undefined && {
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
