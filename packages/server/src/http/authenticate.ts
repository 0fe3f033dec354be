import type { FastifyRequest } from 'fastify';
import type { ApiKeys } from '../auth/api-keys.ts';
import { HttpError } from '../http-error.ts';
import type { StoredKey } from '../store/store.ts';

/** Name of the request decorator that holds the {@link Caller}. */
export const CALLER_DECORATOR = 'caller';

/** On whose behalf a request is made. */
export interface Caller {
  readonly key: StoredKey;
  /** The text of the key; never stored, never logged. */
  readonly apiKey: string;
}

/** Who makes this request. Never for a route without {@link authenticate}. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER_DECORATOR);
}

/** The caller's key record. Never for a route without {@link authenticate}. */
export function keyOf(request: FastifyRequest): StoredKey {
  return callerOf(request).key;
}

/** Whose request this is among those that wait; requests without a key count as one caller's. */
export function callerIdOf(request: FastifyRequest): string {
  return request.getDecorator<Caller | null>(CALLER_DECORATOR)?.key.keyId ?? '';
}

/**
 * @param apiKey - what the request is made with; the key of its `Authorization` header by default
 * @throws HttpError `UNAUTHORIZED`.
 */
export async function authenticate(
  request: FastifyRequest,
  keys: ApiKeys,
  apiKey = bearerToken(request.headers.authorization),
): Promise<void> {
  if (apiKey === undefined) {
    throw new HttpError({
      code: 'UNAUTHORIZED',
      message: 'An API key is needed; send it as the header "Authorization: Bearer <api key>".',
    });
  }
  const key = await keys.authenticate(apiKey);
  if (key === undefined) {
    throw new HttpError({
      code: 'UNAUTHORIZED',
      message: 'This API key is unknown or revoked; use another one, or ask the operator for a new one.',
    });
  }
  request.setDecorator<Caller>(CALLER_DECORATOR, { key, apiKey });
}

/** The credential of an `Authorization` header, or `undefined` when there is none; the scheme's case does not matter. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([!-~]{1,512}) *$/i.exec(header ?? '')?.[1];
}
