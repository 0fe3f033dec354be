import { isIP } from 'node:net';

/**
 * One spelling for each origin: lower case, punycode, without a default port or a slash at the end. `undefined` for what
 * is none, such as an address with a path, and for `null`, which pages of any place can make their origin.
 */
export function canonicalOrigin(text: string): string | undefined {
  // Apps and extensions have schemes of their own.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\\\s@]+\/?$/i.test(text)) return undefined;
  const url = URL.parse(text);
  if (url === null) return undefined;
  return url.origin === 'null' ? `${url.protocol}//${url.host.toLowerCase()}` : url.origin;
}

/**
 * Whether a page of this origin may call. `undefined`: no `Origin` header, so no browser, so nothing to refuse.
 * @param allowedOrigins - in the spelling of {@link canonicalOrigin}, or `*`
 * @see PROTOCOL.md rule HS5
 */
export function isOriginAllowed(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  if (origin === undefined || allowedOrigins.includes('*')) return true;
  const canonical = canonicalOrigin(origin);
  return canonical !== undefined && allowedOrigins.includes(canonical);
}

/** Whether a page of this origin was served by the machine that its browser runs on. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined || !/^https?:\/\//.test(origin)) return false;
  const url = URL.parse(origin);
  return url !== null && isLoopbackHost(url.hostname);
}

/** Whether a name or an address, an IPv6 one with or without its brackets, means the machine that uses it. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}
