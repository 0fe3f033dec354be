import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RealtimeError } from '@speko/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AdapterRegistry } from '../adapter-registry.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import { addressOf, isOwnOrigin, isTrustedHost, type OwnOriginSettings } from '../auth/own-origin.ts';
import { isPageToken, PageAccess } from '../auth/page-token.ts';
import { HttpError } from '../http-error.ts';
import { authenticate } from './authenticate.ts';
import { addMintRoute } from './mint-route.ts';
import type { SessionMinter } from './mint/session-minter.ts';
import { cacheControl, pageHeaders } from './page-headers.ts';
import { addProvidersRoute } from './report-routes.ts';

/** A page that talks through the gateway which serves it. */
export interface PlaygroundOptions {
  /**
   * Folder with `index.html` and what belongs to it, served at `/`. Files below `assets/` whose name ends in a hash of
   * 8 characters, such as `assets/index-DkX3x9aB.js`, are kept by browsers for good.
   */
  readonly root: string;
  /** The API key that the page's sessions belong to; it never leaves the gateway. */
  readonly apiKey: string;
  /**
   * The secret of the page's address, `/?token=…`: opening that is what lets a browser hold calls on the page. 22 to
   * 256 letters, digits, `-` and `_`, such as `mintPageToken()` makes.
   */
  readonly token: string;
}

export interface PlaygroundParts {
  readonly playground: PlaygroundOptions;
  readonly apiKeys: ApiKeys;
  readonly adapters: AdapterRegistry;
  readonly minter: SessionMinter;
  readonly settings: OwnOriginSettings;
}

/** @throws RealtimeError `BAD_SETTING` when there is no page to serve, or its token could be guessed. */
export function checkPlayground({ root, token }: PlaygroundOptions): void {
  if (!existsSync(join(root, 'index.html'))) {
    throw badSetting(
      `playground.root must be a folder that holds index.html, not ${JSON.stringify(root)}; build the page first.`,
    );
  }
  if (!isPageToken(token)) {
    throw badSetting(
      'playground.token must be 22 to 256 letters, digits, "-" and "_" that nobody can guess; mintPageToken() makes one.',
    );
  }
}

function badSetting(message: string): RealtimeError<'BAD_SETTING'> {
  return new RealtimeError({ code: 'BAD_SETTING', message });
}

/**
 * The page at `/`, and the two calls by which it needs no key: what providers there are, and a session.
 * @see SPEC.md, rules PG1 to PG12
 */
export function addPlayground(app: FastifyInstance, parts: PlaygroundParts): void {
  const { playground, apiKeys, adapters, minter, settings } = parts;
  const { publicUrl, trustProxy } = settings;
  const access = new PageAccess(playground.token);
  const headersFor = ({ raw }: FastifyRequest) => pageHeaders({ address: addressOf(raw, trustProxy), publicUrl });

  void app.register(async (pages) => {
    pages.addHook('onRequest', async (request, reply) => {
      const opening = readOpening(request);
      if (opening === undefined) return;
      reply.headers(headersFor(request));
      if (access.opens(opening.token)) {
        reply.header('set-cookie', access.cookie(cookiePlace(request, settings)));
        return reply.redirect(opening.location, 302);
      }
      // The page itself says where the right address is.
      const page = await readFile(join(playground.root, 'index.html'));
      return reply.code(403).type('text/html; charset=utf-8').send(page);
    });
    // Loaded here, so that a gateway without a page does not pay for it.
    const { default: fastifyStatic } = await import('@fastify/static');
    await pages.register(fastifyStatic, {
      root: resolve(playground.root),
      // One route for each file that is there: any other path is answered like everywhere else.
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.headers({ ...headersFor(reply.request), 'cache-control': cacheControl(path) });
      },
    });
  });

  void app.register(async (calls) => {
    calls.addHook('onRequest', async (request) => {
      refuseOtherPages(request, settings);
      if (!access.admits(request.headers.cookie)) throw new HttpError({ code: 'UNAUTHORIZED', message: WHERE_TO_OPEN });
      await authenticate(request, apiKeys, playground.apiKey);
    });
    addProvidersRoute(calls, '/playground/providers', adapters);
    addMintRoute(calls, '/playground/sessions', minter);
  });
}

const WHERE_TO_OPEN =
  'Open the page at the address that the gateway printed when it started, which ends in /?token=…; or call /v1 with an API key.';

/** A request for the page that carries a token, and where the same page is without it. */
interface PageOpening {
  readonly token: string;
  /** Relative, since a proxy may have taken a path away. */
  readonly location: string;
}

function readOpening({ url, routeOptions }: FastifyRequest): PageOpening | undefined {
  if (routeOptions.url !== '/' && routeOptions.url !== '/index.html') return undefined;
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  const token = query.get('token');
  if (token === null) return undefined;
  query.delete('token');
  return { token, location: query.size === 0 ? './' : `./?${query.toString()}` };
}

function cookiePlace({ raw }: FastifyRequest, { publicUrl, trustProxy }: OwnOriginSettings) {
  const address = addressOf(raw, trustProxy);
  const isHttps = (url: URL | undefined): boolean => url?.protocol === 'https:';
  return {
    port: Number(address?.port) || (isHttps(address) ? 443 : 80),
    secure: isHttps(publicUrl === undefined ? address : new URL(publicUrl)),
  };
}

/**
 * Other pages may not use the cookie of a browser that has it, since browsers send it along within a site. A browser
 * says which page calls, in `Origin` or, where that is left out, in `Sec-Fetch-Site`; no page can forge either. By plain
 * http to another machine it leaves both out of a GET, whose answer other pages cannot read.
 * @throws HttpError `ORIGIN_FORBIDDEN`.
 */
function refuseOtherPages({ raw }: FastifyRequest, settings: OwnOriginSettings): void {
  const address = addressOf(raw, settings.trustProxy);
  if (address === undefined || !isTrustedHost(address, settings.publicUrl)) {
    throw new HttpError({
      code: 'ORIGIN_FORBIDDEN',
      message:
        "This host name is not known to be the gateway's; open the page by localhost or an IP address, or set the public URL to the name.",
    });
  }
  const { origin, 'sec-fetch-site': site } = raw.headers;
  const isOwn =
    (origin !== undefined || site !== undefined || raw.method === 'GET') &&
    (origin === undefined || isOwnOrigin(raw, settings)) &&
    (site === undefined || site === 'same-origin');
  if (isOwn) return;
  throw new HttpError({
    code: 'ORIGIN_FORBIDDEN',
    message:
      "Only the gateway's own page may call this. Open the page at the gateway's address; behind a proxy, set the public URL to the address you open. Or call /v1 with an API key.",
  });
}
