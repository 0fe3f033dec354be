import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { RealtimeError } from '@speko/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { ApiKeys } from '../auth/api-keys.ts';
import { addressOf, isOwnOrigin, isTrustedHost, type OwnOriginSettings, wasForwarded } from '../auth/own-origin.ts';
import type { AdapterRegistry } from './adapter-registry.ts';
import { authenticate } from './authenticate.ts';
import { HttpError } from './http-error.ts';
import { addMintRoute } from './mint-route.ts';
import { cacheControl, pageHeaders } from './page-headers.ts';
import { addProvidersRoute } from './report-routes.ts';
import type { SessionMinter } from './session-minter.ts';

/** A page that talks through the gateway which serves it. */
export interface PlaygroundOptions {
  /**
   * Folder with `index.html` and what belongs to it, served at `/`. Files below `assets/` whose name ends in a hash of
   * 8 characters, such as `assets/index-DkX3x9aB.js`, are kept by browsers for good.
   */
  readonly root: string;
  /** The API key that the page's sessions belong to; it never leaves the gateway. */
  readonly apiKey: string;
}

export interface PlaygroundParts {
  readonly playground: PlaygroundOptions;
  readonly apiKeys: ApiKeys;
  readonly adapters: AdapterRegistry;
  readonly minter: SessionMinter;
  readonly settings: OwnOriginSettings;
}

/** @throws RealtimeError `BAD_SETTING` when there is no page to serve. */
export function checkPlayground({ root }: PlaygroundOptions): void {
  if (existsSync(join(root, 'index.html'))) return;
  throw new RealtimeError({
    code: 'BAD_SETTING',
    message: `playground.root must be a folder that holds index.html, not ${JSON.stringify(root)}; build the page first.`,
  });
}

/**
 * The page at `/`, and the two calls by which it needs no key: what providers there are, and a session.
 * @see SPEC.md, rules PG1 to PG9
 */
export function addPlayground(app: FastifyInstance, parts: PlaygroundParts): void {
  const { playground, apiKeys, adapters, minter, settings } = parts;
  const { publicUrl, trustProxy } = settings;

  void app.register(async (pages) => {
    // Loaded here, so that a gateway without a page does not pay for it.
    const { default: fastifyStatic } = await import('@fastify/static');
    await pages.register(fastifyStatic, {
      root: resolve(playground.root),
      // One route for each file that is there: any other path is answered like everywhere else.
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const address = addressOf(reply.request.raw, trustProxy);
        reply.headers({ ...pageHeaders({ address, publicUrl }), 'cache-control': cacheControl(path) });
      },
    });
  });

  void app.register(async (calls) => {
    calls.addHook('onRequest', async (request) => {
      refuseOtherPages(request, settings);
      await authenticate(request, apiKeys, playground.apiKey);
    });
    addProvidersRoute(calls, '/playground/providers', adapters);
    addMintRoute(calls, '/playground/sessions', minter);
  });
}

/**
 * These calls need no key, so they are for the gateway's own page alone. A browser says which page calls, in `Origin`
 * or, where that is left out, in `Sec-Fetch-Site`; no page can forge either.
 * @throws HttpError `ORIGIN_FORBIDDEN`.
 */
function refuseOtherPages({ raw }: FastifyRequest, settings: OwnOriginSettings): void {
  // A tunnel that puts localhost in place of its own name would let in everybody who can write an Origin.
  if (!settings.trustProxy && settings.publicUrl === undefined && wasForwarded(raw)) {
    throw new HttpError({
      code: 'ORIGIN_FORBIDDEN',
      message:
        'This request came through a proxy that the gateway knows nothing of; open the page at the gateway itself, or set the public URL or the trust in the proxy.',
    });
  }
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
    (origin !== undefined || site !== undefined) &&
    (origin === undefined || isOwnOrigin(raw, settings)) &&
    (site === undefined || site === 'same-origin');
  if (isOwn) return;
  throw new HttpError({
    code: 'ORIGIN_FORBIDDEN',
    message:
      "Only the gateway's own page may call this; open the page at the gateway's address, or call /v1 with an API key.",
  });
}
