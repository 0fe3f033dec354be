import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isLoopbackHost } from '@speko/server';
import type { GatewayConfig } from './read-config.ts';

/** Whether the gateway serves the page to talk with it, and if not, why. */
export type Playground =
  | {
      readonly state: 'on';
      /** Folder of the built page. */ readonly root: string;
      /** Whether more than this machine may reach the gateway, so that its address is all that keeps them out. */
      readonly isExposed: boolean;
    }
  | {
      readonly state: 'off';
      /** Half a sentence that ends with what to do about it. */ readonly reason: string;
      /** Whether the operator probably expected the page. */ readonly isSurprise: boolean;
    };

/** The built page of `@speko/playground`, or `undefined` when it is not installed or not built. */
export function findPlaygroundRoot(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@speko/playground/package.json');
    const root = join(dirname(manifest), 'dist');
    return existsSync(join(root, 'index.html')) ? root : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The page asks for no key, so it comes with the development key only; and unasked only where no machine but this
 * one reaches the gateway, since anyone who learns its address can hold calls at the operator's expense.
 */
export function planPlayground(config: GatewayConfig, root: string | undefined): Playground {
  if (config.playground === false) return off('SPEKO_PLAYGROUND is false; set it to true or unset it to get the page');
  if (config.apiKeys !== undefined)
    return off('the page works with the development key only; unset SPEKO_API_KEYS to get it');
  const isExposed = mayBeReachedFromElsewhere(config);
  if (isExposed && config.playground === undefined) {
    return off(
      'others may reach this gateway; set SPEKO_PLAYGROUND to true to let those talk who have the address of the page',
      true,
    );
  }
  if (root === undefined) return off('the page is not built; run pnpm build, then start again', true);
  return { state: 'on', root, isExposed };
}

function off(reason: string, isSurprise = false): Playground {
  return { state: 'off', reason, isSurprise };
}

/**
 * Pages that a developer serves on this machine may connect without a setting, under the same conditions as the page
 * here: a development key, and no other machine that could connect. Origins that are set are all there are.
 */
export function letsLocalPagesConnect(config: GatewayConfig): boolean {
  return (
    config.apiKeys === undefined && config.server.allowedOrigins === undefined && !mayBeReachedFromElsewhere(config)
  );
}

function mayBeReachedFromElsewhere({ host, server }: GatewayConfig): boolean {
  const { publicUrl, trustProxy = false } = server;
  return (
    trustProxy || !isLoopbackHost(host) || (publicUrl !== undefined && !isLoopbackHost(new URL(publicUrl).hostname))
  );
}
