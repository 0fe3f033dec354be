import { createEcho } from '@speko/adapter-echo';
import { ApiKeys, createLogger, createServer, createSqliteStore } from '@speko/server';

/** A gateway with the echo behind it. */
export interface EchoGateway extends AsyncDisposable {
  /** What `POST /v1/sessions` answers, for a page that may be told everything but the key. */
  mint(s2s?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The record of a session once it is over. */
  record(sessionId: string): Promise<Record<string, unknown>>;
}

/** Starts a gateway that pages of `origin` may connect to. */
export async function startEchoGateway(origin: string): Promise<EchoGateway> {
  const store = createSqliteStore({ path: ':memory:' });
  const { key } = await new ApiKeys({ store }).create({ name: 'tests' });
  const echo = createEcho();
  const server = createServer({
    adapters: [{ state: 'configured', adapter: echo, options: echo.parseOptions({}) }],
    store,
    logger: createLogger({ level: 'silent' }),
    allowedOrigins: [origin],
    drainDeadlineMs: 0,
  });
  const { url } = await server.listen({ port: 0 });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return {
    async mint(s2s = {}) {
      const body = JSON.stringify({ mode: 's2s', s2s: { provider: 'echo', model: 'echo', ...s2s } });
      return (await fetch(`${url}/v1/sessions`, { method: 'POST', headers, body })).json() as never;
    },
    async record(sessionId) {
      // The event stream closes when the record is complete.
      await (await fetch(`${url}/v1/sessions/${sessionId}/stream`, { headers })).text();
      return (await fetch(`${url}/v1/sessions/${sessionId}`, { headers })).json() as never;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
