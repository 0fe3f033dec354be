import type { FastifyInstance } from 'fastify';

/**
 * Which methods each path takes, gathered as routes are added: the router itself does not tell a wrong method from a
 * wrong path.
 */
export class MethodTable {
  readonly #methods = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  /** Call before any route is added. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url, method }) => {
      const entry = this.#methods.get(url) ?? { pattern: toPattern(url), methods: new Set() };
      for (const name of [method].flat()) entry.methods.add(name);
      this.#methods.set(url, entry);
    });
  }

  /** Methods of a request's path, as `Allow` lists them; `undefined` when no route has this path. */
  allow(path: string): string | undefined {
    const methods = [...this.#methods.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((entry) => [...entry.methods]);
    return methods.length === 0 ? undefined : [...[...new Set(methods)].toSorted(), 'OPTIONS'].join(', ');
  }
}

function toPattern(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', String.raw`\.`)));
  return new RegExp(`^${parts.join('/')}$`);
}
