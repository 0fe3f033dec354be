import type { FastifyRequest } from 'fastify';

import type { ApiKeys } from '../auth/api-keys.ts';
import { bearerToken } from '../auth/bearer-token.ts';
import type { StoredKey } from '../store/store.ts';
import { HttpError } from './http-error.ts';

/** Name of the request decorator that holds the caller's key record. */
export const KEY_DECORATOR = 'apiKeyRecord';

/** Who makes this request. Never for a route without {@link authenticate}. */
export function keyOf(request: FastifyRequest): StoredKey {
  return request.getDecorator<StoredKey>(KEY_DECORATOR);
}

/** @throws HttpError `UNAUTHORIZED`. */
export async function authenticate(request: FastifyRequest, keys: ApiKeys): Promise<void> {
  const text = bearerToken(request.headers.authorization);
  if (text === undefined) {
    throw new HttpError({
      code: 'UNAUTHORIZED',
      message: 'An API key is needed; send it as the header "Authorization: Bearer <api key>".',
    });
  }
  const key = await keys.authenticate(text);
  if (key === undefined) {
    throw new HttpError({
      code: 'UNAUTHORIZED',
      message: 'This API key is unknown or revoked; use another one, or ask the operator for a new one.',
    });
  }
  request.setDecorator(KEY_DECORATOR, key);
}
