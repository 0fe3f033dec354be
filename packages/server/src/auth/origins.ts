import { isIP } from 'node:net';

/**
 * Whether a page of this origin may call. `undefined`: no `Origin` header, so no browser, so nothing to refuse.
 * @see PROTOCOL.md rule HS5
 */
export function isOriginAllowed(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  return origin === undefined || allowedOrigins.includes('*') || allowedOrigins.includes(origin);
}

/** Whether a page of this origin was served by the machine that its browser runs on. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined || !/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
