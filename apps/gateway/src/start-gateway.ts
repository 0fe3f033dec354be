import {
  createLogger,
  createServer,
  createSqliteStore,
  type AdapterEntry,
  type ConfiguredKey,
  type CreateServerOptions,
} from '@speko/server';
import { createAdapterEntries } from './adapters.ts';
import { keepDevelopmentKey } from './development-key.ts';
import { keepPageToken, pageUrl, type PageToken } from './page-token.ts';
import { findPlaygroundRoot, letsLocalPagesConnect, planPlayground, type Playground } from './playground.ts';
import { readConfig, type Environment, type GatewayConfig } from './read-config.ts';

/** How to start a gateway in this process. */
export interface StartGatewayOptions {
  /** The same variables the command reads, such as `process.env`. */
  readonly env: Environment;
  /** @defaultValue every provider of this package, as `env` configures them */
  readonly adapters?: readonly AdapterEntry[];
  /** Folder of the page to talk on. @defaultValue the built page of `@speko/playground` */
  readonly playgroundRoot?: string;
  /** @defaultValue JSON lines on standard error from `LOG_LEVEL` on */
  readonly logger?: CreateServerOptions['logger'];
}

/** A gateway that listens. */
export interface RunningGateway {
  /** Base URL for clients on this machine, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** A key that opens it: the first of `SPEKO_API_KEYS`, or the development key. */
  readonly apiKey: string;
  /** The file of the development key; absent where keys are configured. */
  readonly developmentKeyPath?: string;
  readonly adapters: readonly AdapterEntry[];
  /** Whether there is a page to talk on at `/`. */
  readonly playground: Playground;
  /** The address at which that page lets one talk, with its secret in it, such as `http://127.0.0.1:8787/?token=page_…`. */
  readonly pageUrl?: string;
  readonly config: GatewayConfig;
  /** Sessions, waiting and connected. */
  readonly sessionCount: number;
  /** Refuses new sessions, lets the others finish until the drain deadline, then stops. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a gateway with the configuration of an environment: what `speko-gateway serve` does, as a function.
 * @throws ConfigError with every mistake in the environment
 * @throws StoreError `STORE_UNUSABLE`
 * @throws the system's error when the address cannot be taken, such as `EADDRINUSE`
 */
export async function startGateway(options: StartGatewayOptions): Promise<RunningGateway> {
  const config = readConfig(options.env);
  const adapters = options.adapters ?? createAdapterEntries(config);
  const playground = planPlayground(config, options.playgroundRoot ?? findPlaygroundRoot());
  const store = createSqliteStore({ path: config.databasePath });
  try {
    const keys = chooseKeys(config);
    const page =
      playground.state === 'on' ? { root: playground.root, ...keepPageToken(config.databasePath) } : undefined;
    const server = createServer({
      ...config.server,
      allowLoopbackOrigins: letsLocalPagesConnect(config),
      adapters,
      store,
      configuredKeys: keys.configured,
      ...(page !== undefined && { playground: { root: page.root, apiKey: keys.first, token: page.token } }),
      logger: options.logger ?? createLogger({ level: config.logLevel, secrets: secretsOf(config, keys, page) }),
    });
    const { url } = await server.listen({ host: config.host, port: config.port });
    return {
      url,
      apiKey: keys.first,
      ...(keys.developmentKeyPath !== undefined && { developmentKeyPath: keys.developmentKeyPath }),
      adapters,
      playground,
      ...(page !== undefined && { pageUrl: pageUrl(url, config.server.publicUrl, page.token) }),
      config,
      get sessionCount() {
        return server.sessionCount;
      },
      close: () => server.close(),
      [Symbol.asyncDispose]: () => server.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface ChosenKeys {
  readonly configured: readonly ConfiguredKey[];
  readonly first: string;
  readonly developmentKeyPath?: string;
}

function chooseKeys({ apiKeys, databasePath }: GatewayConfig): ChosenKeys {
  const [first] = apiKeys ?? [];
  if (apiKeys !== undefined && first !== undefined) {
    return { configured: apiKeys.map((key, index) => ({ key, name: `SPEKO_API_KEYS ${index + 1}` })), first };
  }
  const { key, path } = keepDevelopmentKey(databasePath);
  return { configured: [{ key, name: 'development' }], first: key, developmentKeyPath: path };
}

function secretsOf({ providers }: GatewayConfig, { configured }: ChosenKeys, page: PageToken | undefined): string[] {
  const vendorKeys = Object.values(providers).flatMap(({ apiKey }) => (apiKey === undefined ? [] : [apiKey]));
  return [...vendorKeys, ...configured.map(({ key }) => key), ...(page === undefined ? [] : [page.token])];
}
