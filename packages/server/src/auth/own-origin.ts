import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What tells the gateway's own addresses from others. */
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

/** Whether a proxy or a tunnel passed this request on; those that say so set one of these. */
export function wasForwarded({ headers }: IncomingMessage): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host'].some((name) => headers[name] !== undefined);
}

/** A host with an optional port and nothing else: what stands in this place must not become a path or a user. */
export function isHost(host: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host) && URL.canParse(`ws://${host}`);
}

/**
 * Whether nobody else can have made this address lead here: an address in figures, a name of this machine, or the
 * public URL's. Any other name may be a stranger's that now resolves to us (DNS rebinding), and a page under it would
 * pass for our own.
 */
export function isTrustedHost({ hostname }: URL, publicUrl: string | undefined): boolean {
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return true;
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return publicUrl !== undefined && hostname === new URL(publicUrl).hostname;
}

/**
 * Whether the page that sends this request was served by this gateway under a host it can trust, by its `Origin`.
 * @see PROTOCOL.md rule HS5
 */
export function isOwnOrigin(request: IncomingMessage, { publicUrl, trustProxy }: OwnOriginSettings): boolean {
  const { origin } = request.headers;
  const address = addressOf(request, trustProxy);
  if (origin === undefined || address === undefined || !isTrustedHost(address, publicUrl)) return false;
  return origin === address.origin || (publicUrl !== undefined && origin === new URL(publicUrl).origin);
}
