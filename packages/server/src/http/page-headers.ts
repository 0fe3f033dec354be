/** Inputs of a page's headers. */
export interface PageAddress {
  /** Where the browser reached us, if it said so. */
  readonly address: URL | undefined;
  readonly publicUrl: string | undefined;
}

/**
 * Headers of a page and of its parts: it runs its own scripts, talks to this gateway, is never framed, and gets the
 * microphone and nothing else of the device.
 * @see SPEC.md rule PG3
 */
export function pageHeaders(page: PageAddress): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(page),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy':
      'microphone=(self), speaker-selection=(self), autoplay=(self), camera=(), display-capture=(), geolocation=()',
    'cross-origin-resource-policy': 'same-origin',
  };
}

/**
 * How long a browser may keep a file. A name that carries a hash of the content is never given to another content;
 * anything else is asked for again each time, and answered 304 while it is the same.
 * @see SPEC.md rule PG2
 */
export function cacheControl(path: string): string {
  return /[\\/]assets[\\/][^\\/]+-[\w-]{8}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function contentSecurityPolicy({ address, publicUrl }: PageAddress): string {
  const gateway = publicUrl === undefined ? address : new URL(publicUrl);
  // Not every browser counts a WebSocket of the same host as 'self'; sessions are opened where `wsUrl` says.
  const socket = gateway === undefined ? '' : ` ${gateway.origin.replace(/^http/, 'ws')}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${socket}`,
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
