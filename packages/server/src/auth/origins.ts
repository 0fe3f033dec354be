/**
 * Whether a page of this origin may call. `undefined`: no `Origin` header, so no browser, so nothing to refuse.
 * @see PROTOCOL.md rule HS5
 */
export function isOriginAllowed(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  return origin === undefined || allowedOrigins.includes('*') || allowedOrigins.includes(origin);
}
