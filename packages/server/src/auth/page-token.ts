import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Recognisable, so that a page token or its cookie that strays into a log line is found and removed. */
const PREFIX = 'page_';
/** A month: an occasional visitor need not look up the address again. */
const COOKIE_MAX_AGE_SECONDS = 30 * 86_400;

/** Where a page's cookie is kept. */
export interface PageCookieOptions {
  /**
   * Port of the address at which the browser has the page. Browsers do not keep the cookies of one host apart by port,
   * so it stands in the cookie's name: two gateways of one host do not overwrite each other's.
   */
  readonly port: number;
  /** Whether the browser has the page by https. */
  readonly secure: boolean;
}

/** A new page token: 192 random bits. A secret: anyone who has it can hold calls on the page. */
export function mintPageToken(): string {
  return PREFIX + randomBytes(24).toString('hex');
}

/** Whether a text can be a page token: it has to be too long to be guessed, and to stand in an address as it is. */
export function isPageToken(text: string): boolean {
  return /^[\w-]{22,256}$/.test(text);
}

/**
 * Knows who has opened the page by its address: they sent the page token once, and have its cookie ever since.
 * @see SPEC.md, rules PG9 to PG12
 */
export class PageAccess {
  readonly #proof: Buffer;

  constructor(token: string) {
    this.#proof = proofOf(token);
  }

  /** Whether this is the page token; takes as long for any other. */
  opens(token: string): boolean {
    return timingSafeEqual(proofOf(token), this.#proof);
  }

  /** Whether a `Cookie` header holds the page's cookie, of whatever port. One of another value beside it does no harm. */
  admits(header: string | undefined): boolean {
    return cookiesIn(header).some((value) => {
      const given = Buffer.from(value);
      return given.length === this.#proof.length && timingSafeEqual(given, this.#proof);
    });
  }

  /** `Set-Cookie` for a browser that sent the page token. */
  cookie({ port, secure }: PageCookieOptions): string {
    return [
      `speko-page-${port}=${this.#proof.toString()}`,
      'Path=/',
      `Max-Age=${COOKIE_MAX_AGE_SECONDS}`,
      'HttpOnly',
      'SameSite=Lax',
      ...(secure ? ['Secure'] : []),
    ].join('; ');
  }
}

/**
 * What the cookie holds instead of the token. A browser sends it to every server of the same host, whatever its port,
 * and none of them can make the page's address of it.
 */
function proofOf(token: string): Buffer {
  return Buffer.from(PREFIX + createHmac('sha256', token).update('speko page cookie').digest('hex'));
}

function cookiesIn(header = ''): string[] {
  return header.split(';').flatMap((pair) => {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    return /^speko-page-\d+$/.test(name) ? [value] : [];
  });
}
