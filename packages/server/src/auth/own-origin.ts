import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { canonicalOrigin, isLoopbackHost } from './origins.ts';

/** Marks of the gateway's own addresses. */
export interface OwnOriginSettings {
  readonly publicUrl?: string | undefined;
  readonly trustProxy: boolean;
}

/**
 * Where a request went, as the browser that sent it sees it; `undefined` when it names no host. Forwarded headers count
 * behind a trusted proxy only, of several values the last: the one the nearest proxy set.
 */
export function addressOf({ headers, socket }: IncomingMessage, trustProxy: boolean): URL | undefined {
  const forwarded = (name: string): string | undefined =>
    trustProxy
      ? String(headers[name] ?? '')
          .split(',')
          .at(-1)
          ?.trim() || undefined
      : undefined;
  const protocol = forwarded('x-forwarded-proto') ?? ('encrypted' in socket ? 'https' : 'http');
  const host = forwarded('x-forwarded-host') ?? headers.host ?? '';
  if (!/^https?$/.test(protocol) || !isHost(host)) return undefined;
  return new URL(`${protocol}://${host}`);
}

/** A host with an optional port and nothing else: what stands in this place must not become a path or a user. */
export function isHost(host: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host) && URL.canParse(`ws://${host}`);
}

/**
 * Whether no third party can have pointed this address here: a literal address, a name of this machine, or the
 * public URL's. Any other name may be a stranger's that now resolves to us (DNS rebinding), and a page under it would
 * pass for our own.
 */
export function isTrustedHost({ hostname }: URL, publicUrl: string | undefined): boolean {
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || isLoopbackHost(hostname)) return true;
  return publicUrl !== undefined && hostname === new URL(publicUrl).hostname;
}

/**
 * Whether the page that sends this request was served by this gateway under a host it can trust, by its `Origin`.
 * @see SPEC.md rule PG6
 */
export function isOwnOrigin(request: IncomingMessage, { publicUrl, trustProxy }: OwnOriginSettings): boolean {
  const { origin } = request.headers;
  const address = addressOf(request, trustProxy);
  if (origin === undefined || address === undefined || !isTrustedHost(address, publicUrl)) return false;
  return origin === address.origin || (publicUrl !== undefined && origin === new URL(publicUrl).origin);
}

/**
 * Whether an `Origin` names the host and port that the request goes to, or those of the public URL, whatever its scheme:
 * so do the gateway's own page, and apps that send the address they connect to. A proxy that ends TLS hides the scheme
 * from us, so 80 and 443 count as no port. For WebSocket upgrades only: a stranger's name that was made to resolve to us
 * passes, and still lacks the session's token, which nothing but an API key or the page's cookie mints.
 * @see PROTOCOL.md rule HS5
 */
export function isSameHost(request: IncomingMessage, { publicUrl, trustProxy }: OwnOriginSettings): boolean {
  const origin = hostOf(canonicalOrigin(request.headers.origin ?? ''));
  if (origin === undefined) return false;
  return origin === hostOf(addressOf(request, trustProxy)?.href) || origin === hostOf(publicUrl);
}

function hostOf(address: string | undefined): string | undefined {
  const url = address === undefined ? null : URL.parse(address);
  if (url === null || !/^(http|ws)s?:$/.test(url.protocol)) return undefined;
  return /^(80|443)?$/.test(url.port) ? url.hostname : url.host;
}

/** Whether a request names its host more than once; the parser silently keeps the first. */
export function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}
