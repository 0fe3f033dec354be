import { createOpenAI } from '@speko/adapter-openai';
import { createLogger, createServer, createSqliteStore } from '@speko/server';
import { serveParent } from './report-usage.ts';

/** The gateway as it ships, with its embedded store, against the vendor given as argument. */
const vendorUrl = process.argv[2];
if (vendorUrl === undefined) throw new Error('usage: gateway <vendor url>');

const API_KEY = 'sk_speko_benchmark00000000000000000000000';
const adapter = createOpenAI();
const server = createServer({
  adapters: [{ state: 'configured', adapter, options: adapter.parseOptions({ apiKey: 'bench', baseUrl: vendorUrl }) }],
  store: createSqliteStore({ path: ':memory:' }),
  configuredKeys: [{ key: API_KEY, name: 'bench' }],
  logger: createLogger({ level: 'warn' }),
  maxSessions: 0,
  keySessionsPerMinute: 0,
  keyConcurrentSessions: 0,
});
const { url } = await server.listen({ host: '127.0.0.1', port: 0 });
serveParent({ url, apiKey: API_KEY });
