import type { Logger } from 'pino';
import { canonicalOrigin } from '../auth/origins.ts';

/** Anybody can send any origin: beyond so many the log would be theirs. */
const MAX_ORIGINS = 50;
const MAX_ORIGIN_CHARS = 200;

/**
 * Tells the operator which pages were refused: a browser hides from its page why a WebSocket did not open. Each origin
 * is told once, and no more than 50 of them.
 * @see PROTOCOL.md rule HS5
 */
export class RefusedOrigins {
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  tell(header: string): void {
    const origin = header.slice(0, MAX_ORIGIN_CHARS);
    if (this.#told.has(origin) || this.#told.size === MAX_ORIGINS) return;
    this.#told.add(origin);
    const isLast = this.#told.size === MAX_ORIGINS;
    this.#logger.warn(
      { origin },
      (canonicalOrigin(header) === undefined
        ? 'refused a page without an origin of its own, such as a file; only the allowed origins * let it connect (allowedOrigins, SPEKO_ALLOWED_ORIGINS)'
        : 'refused a page of this origin; to let it connect, add the origin to the allowed origins (allowedOrigins, SPEKO_ALLOWED_ORIGINS)') +
        (isLast ? '; further origins are refused without a line' : ''),
    );
  }
}
