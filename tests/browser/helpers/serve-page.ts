import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface ServePageOptions {
  /** The page's script: a file in `tests/browser/pages`. It is bundled with what the packages publish. */
  readonly script: string;
  /** The `Content-Security-Policy` of every answer. @defaultValue none */
  readonly csp?: string | undefined;
  /** What the page may use of the browser, such as `microphone=()`. @defaultValue everything */
  readonly permissionsPolicy?: string | undefined;
  /** What is in the page's body. */
  readonly html?: string | undefined;
  /** Further files by their path. */
  readonly files?: Readonly<Record<string, ServedFile>> | undefined;
}

export interface ServedFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A page on a port of its own. Close it, or declare it with `await using`. */
export interface ServedPage extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a page at `/`, and at `/worklets/capture.js` and `/worklets/player.js` what a site would copy there. */
export async function servePage({
  script,
  csp,
  permissionsPolicy,
  html = '',
  files = {},
}: ServePageOptions): Promise<ServedPage> {
  const javascript = 'text/javascript';
  const served: Record<string, ServedFile> = {
    '/': {
      type: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en"><title>Test</title><script type="module" src="/page.js"></script><body>${html}</body></html>`,
    },
    '/page.js': { type: javascript, body: await bundle(script) },
    '/worklets/capture.js': {
      type: javascript,
      body: await readPackageFile('@speko/client-browser/worklets/capture.js'),
    },
    '/worklets/player.js': {
      type: javascript,
      body: await readPackageFile('@speko/client-browser/worklets/player.js'),
    },
    '/tap.js': { type: javascript, body: await readFile(new URL('tap-processor.js', import.meta.url)) },
    '/favicon.ico': { type: 'image/x-icon', body: '' },
    ...files,
  };
  const server = createServer((request, response) => {
    const file = served[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (csp !== undefined) response.setHeader('content-security-policy', csp);
    if (permissionsPolicy !== undefined) response.setHeader('permissions-policy', permissionsPolicy);
    response.setHeader('content-type', file?.type ?? 'text/plain');
    response.writeHead(file ? 200 : 404).end(file?.body ?? 'There is no such file.');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, port, close, [Symbol.asyncDispose]: close };

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

async function bundle(script: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../pages/${script}`, import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return (outputFiles[0] as { text: string }).text;
}

function readPackageFile(specifier: string): Promise<Buffer> {
  return readFile(fileURLToPath(import.meta.resolve(specifier)));
}
