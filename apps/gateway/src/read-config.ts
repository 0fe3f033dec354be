import type { ServerOptions } from '@speko/server';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { PROVIDER_VARIABLES, providerVariablesSchema } from './provider-variables.ts';
import { VARIABLE_HELP, variablesSchema, type Variables } from './variables.ts';

/** An environment, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, validated. */
export interface GatewayConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Absolute path of the SQLite file. */
  readonly databasePath: string;
  /** API keys of the operator; `undefined` asks for the development key. */
  readonly apiKeys: readonly string[] | undefined;
  /** Whether to serve the page to talk on; `undefined`: where only this machine reaches the gateway. */
  readonly playground: boolean | undefined;
  readonly logLevel: Variables['LOG_LEVEL'];
  /** Of each provider that has a variable set, the options set by variables; by the adapter's id. Holds secrets. */
  readonly providers: Readonly<Record<string, ProviderAccess>>;
  /** Everything the server itself wants to know. */
  readonly server: ServerOptions;
}

/** Options of one adapter that variables set: how to reach the vendor, and what else has a variable. */
export interface ProviderAccess {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly [option: string]: string | undefined;
}

/** Variables of clients and of the examples, which may well stand in the same environment. */
const CLIENT_VARIABLES = ['SPEKO_API_KEY', 'SPEKO_BASE_URL', 'SPEKO_PROVIDER', 'SPEKO_MODEL'];

/**
 * Reads and validates the environment, once. An empty variable counts as unset.
 * @throws ConfigError with every mistake in it
 */
export function readConfig(env: Environment): GatewayConfig {
  const given = Object.entries(env).flatMap(([name, value]) => {
    const text = value?.trim() ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  const unknown = given.flatMap(([name]) => findMistypedName(name));
  const parsed = variablesSchema.safeParse(Object.fromEntries(given));
  const providers = providerVariablesSchema.safeParse(Object.fromEntries(given));
  const issues = [...(parsed.error?.issues ?? []), ...(providers.error?.issues ?? [])];
  const wrong = issues.map(({ path, message }) => ({ variable: String(path[0]), problem: message }));
  const contradicting = parsed.success ? findContradictions(parsed.data) : [];
  const mistakes = [...wrong, ...contradicting, ...unknown];
  if (!parsed.success || !providers.success || mistakes.length > 0) throw new ConfigError(mistakes);
  return toConfig(parsed.data, toProviderAccess(providers.data));
}

function findContradictions(variables: Variables): ConfigIssue[] {
  return [...findPageWithKeys(variables), ...findShortRecords(variables)];
}

function findShortRecords({ SPEKO_TRANSCRIPT_DAYS, SPEKO_RECORD_DAYS }: Variables): ConfigIssue[] {
  if (SPEKO_TRANSCRIPT_DAYS === undefined || SPEKO_RECORD_DAYS === undefined) return [];
  if (SPEKO_RECORD_DAYS >= SPEKO_TRANSCRIPT_DAYS) return [];
  return [
    {
      variable: 'SPEKO_RECORD_DAYS',
      problem: `is ${SPEKO_RECORD_DAYS}, but a transcript goes with its record and SPEKO_TRANSCRIPT_DAYS is ${SPEKO_TRANSCRIPT_DAYS}. Set it to ${SPEKO_TRANSCRIPT_DAYS} or more, or lower SPEKO_TRANSCRIPT_DAYS.`,
    },
  ];
}

function findPageWithKeys({ SPEKO_PLAYGROUND, SPEKO_API_KEYS }: Variables): ConfigIssue[] {
  if (SPEKO_PLAYGROUND !== true || SPEKO_API_KEYS === undefined) return [];
  return [
    {
      variable: 'SPEKO_PLAYGROUND',
      problem:
        'is true beside SPEKO_API_KEYS, but the page asks nobody for a key and works with the development key only. Unset one of the two.',
    },
  ];
}

function findMistypedName(name: string): ConfigIssue[] {
  if (!name.startsWith('SPEKO_') || CLIENT_VARIABLES.includes(name)) return [];
  if (VARIABLE_HELP.some((known) => known.name === name)) return [];
  return [
    { variable: name, problem: 'is not a setting. Correct its spelling or unset it; --help lists all settings.' },
  ];
}

function toConfig(variables: Variables, providers: GatewayConfig['providers']): GatewayConfig {
  return {
    host: variables.HOST,
    port: variables.PORT,
    databasePath: variables.SPEKO_DATABASE_URL,
    apiKeys: variables.SPEKO_API_KEYS,
    playground: variables.SPEKO_PLAYGROUND,
    logLevel: variables.LOG_LEVEL,
    providers,
    server: withoutUnset({
      publicUrl: variables.SPEKO_PUBLIC_URL,
      trustProxy: variables.SPEKO_TRUST_PROXY,
      allowedOrigins: variables.SPEKO_ALLOWED_ORIGINS,
      maxSessions: variables.SPEKO_MAX_SESSIONS,
      keySessionsPerMinute: variables.SPEKO_KEY_SESSIONS_PER_MINUTE,
      keyConcurrentSessions: variables.SPEKO_KEY_CONCURRENT_SESSIONS,
      maxStreams: variables.SPEKO_MAX_STREAMS,
      keyStreams: variables.SPEKO_KEY_STREAMS,
      maxDurationSeconds: variables.SPEKO_MAX_DURATION_SECONDS,
      idleTimeoutMs: toMs(variables.SPEKO_IDLE_TIMEOUT_SECONDS),
      tokenTtlMs: toMs(variables.SPEKO_TOKEN_TTL_SECONDS),
      drainDeadlineMs: toMs(variables.SPEKO_DRAIN_SECONDS),
      transcriptDays: variables.SPEKO_TRANSCRIPT_DAYS,
      recordDays: variables.SPEKO_RECORD_DAYS,
      audioSpeed: variables.SPEKO_CLIENT_AUDIO_SPEED,
      messagesPerSecond: variables.SPEKO_CLIENT_MESSAGES_PER_SECOND,
      framesPerSecond: variables.SPEKO_CLIENT_FRAMES_PER_SECOND,
      storeWaitMs: toMs(variables.SPEKO_STORE_WAIT_SECONDS),
      predial: variables.SPEKO_PREDIAL,
      metrics: variables.SPEKO_METRICS,
    }),
  };
}

function toProviderAccess(values: Readonly<Record<string, string | undefined>>): GatewayConfig['providers'] {
  const providers: Record<string, Record<string, string>> = {};
  for (const { name, provider, option } of PROVIDER_VARIABLES) {
    const value = values[name];
    if (value !== undefined) providers[provider] = { ...providers[provider], [option]: value };
  }
  return providers;
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** An option that is `undefined` is not the same as one that is absent. */
export function withoutUnset<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
