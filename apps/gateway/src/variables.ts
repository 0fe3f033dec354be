// Every environment variable of the gateway: what it takes, what it means, how it is read. `--help`, error messages
// and the configuration all come from here and, for the providers, from provider-variables.ts.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalOrigin } from '@speko/server';
import { z } from 'zod';
import { PROVIDER_VARIABLES } from './provider-variables.ts';
import { hidden, isPlainUrl, shown, trueOrFalse, wholeNumber } from './variable-kinds.ts';

/** The gateway's own variables as read: absent where they are unset. */
export type Variables = z.output<typeof variablesSchema>;

/** A variable for people. */
export interface VariableHelp {
  readonly name: string;
  /** Purpose and default, in one line. */
  readonly help: string;
}

const DAY_SECONDS = 86_400;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Where data is kept unless `SPEKO_DATABASE_URL` says otherwise; relative to the working directory. */
export const DEFAULT_DATABASE_URL = 'file:./.speko/gateway.db';

export const variablesSchema = z.object({
  HOST: shown('an address of this machine, such as 127.0.0.1 (only this machine) or 0.0.0.0 (everywhere)', readHost)
    .default('127.0.0.1')
    .describe('Address to listen on (127.0.0.1)'),
  PORT: wholeNumber(0, 65_535).default(8787).describe('Port to listen on; 0 takes a free one (8787)'),
  SPEKO_API_KEYS: apiKeys()
    .optional()
    .describe('API keys, comma separated (unset: a development key is made, printed and kept)'),
  SPEKO_PUBLIC_URL: hidden(
    'an http:// or https:// URL without user, query or fragment, such as https://voice.example.com',
    (text) => (isPlainUrl(text, ['http:', 'https:']) ? text : undefined),
  )
    .optional()
    .describe('Where clients reach this gateway; wsUrl is built from it (the host of each request)'),
  SPEKO_DATABASE_URL: databasePath()
    .prefault(DEFAULT_DATABASE_URL)
    .describe(`Where sessions and keys are kept: file:<path> for SQLite (${DEFAULT_DATABASE_URL})`),
  SPEKO_ALLOWED_ORIGINS: shown(
    'origins of web pages, comma separated, such as https://app.example.com (no path), or * for all, files and "null" included',
    readOrigins,
  )
    .optional()
    .describe('Web pages that may call from a browser, comma separated; * is all (none)'),
  SPEKO_TRUST_PROXY: trueOrFalse()
    .optional()
    .describe('Believe X-Forwarded-Proto and -Host; only behind a proxy that sets them (false)'),
  SPEKO_PLAYGROUND: trueOrFalse()
    .optional()
    .describe(
      'Serve a page to talk on at /, with the development key (true where only this machine reaches the gateway)',
    ),

  SPEKO_MAX_SESSIONS: wholeNumber(0, 1_000_000).optional().describe('Sessions of this node; 0 is no limit (1000)'),
  SPEKO_KEY_SESSIONS_PER_MINUTE: wholeNumber(0, 100_000)
    .optional()
    .describe('New sessions per key and minute; 0 is no limit (300)'),
  SPEKO_KEY_CONCURRENT_SESSIONS: wholeNumber(0, 1_000_000)
    .optional()
    .describe('Sessions per key at the same time; 0 is no limit (100)'),
  SPEKO_MAX_STREAMS: wholeNumber(0, 1_000_000)
    .optional()
    .describe('Event streams of this node at the same time; 0 is no limit (1000)'),
  SPEKO_KEY_STREAMS: wholeNumber(0, 1_000_000)
    .optional()
    .describe('Event streams per key at the same time; 0 is no limit (100)'),
  SPEKO_MAX_DURATION_SECONDS: wholeNumber(1, DAY_SECONDS).optional().describe('Longest call (1800)'),
  SPEKO_IDLE_TIMEOUT_SECONDS: wholeNumber(0, DAY_SECONDS)
    .optional()
    .describe('How long a client may send nothing; 0 is no limit (300)'),
  SPEKO_TOKEN_TTL_SECONDS: wholeNumber(1, DAY_SECONDS).optional().describe('How long a wsToken opens its session (60)'),
  SPEKO_DRAIN_SECONDS: wholeNumber(0, DAY_SECONDS).optional().describe('How long calls may go on at shutdown (25)'),
  SPEKO_TRANSCRIPT_DAYS: wholeNumber(1, 36_500)
    .optional()
    .describe('Days after its end for which a transcript is kept (as long as its record)'),
  SPEKO_RECORD_DAYS: wholeNumber(1, 36_500)
    .optional()
    .describe('Days after its end for which the record of a session is kept; usage still counts it (for ever)'),
  SPEKO_PREDIAL: trueOrFalse().optional().describe('Dial the provider when a session is minted (true)'),
  SPEKO_CLIENT_AUDIO_SPEED: wholeNumber(1, 1_000)
    .optional()
    .describe("How much faster than real time a client's audio is read (4)"),
  SPEKO_CLIENT_MESSAGES_PER_SECOND: wholeNumber(50, 1_000_000)
    .optional()
    .describe('Messages of one client, audio and text, that are read per second (500)'),
  SPEKO_CLIENT_FRAMES_PER_SECOND: wholeNumber(1, 1_000_000)
    .optional()
    .describe('Text messages of one client that are read per second (50)'),
  SPEKO_STORE_WAIT_SECONDS: wholeNumber(0, 600)
    .optional()
    .describe('How long a start waits for another gateway to leave the database (30)'),
  SPEKO_METRICS: trueOrFalse().optional().describe('Serve GET /metrics for Prometheus, without a key (false)'),
  LOG_LEVEL: shown(`one of ${LOG_LEVELS.join(', ')}`, (text) => LOG_LEVELS.find((level) => level === text))
    .default('info')
    .describe(`How much goes to the log on standard error: ${LOG_LEVELS.join(', ')} (info)`),
});

/** Every variable with its purpose: the gateway's own, then those of the providers. */
export const VARIABLE_HELP: readonly VariableHelp[] = [
  ...Object.entries(variablesSchema.shape).map(([name, schema]) => ({ name, help: schema.description ?? '' })),
  ...PROVIDER_VARIABLES.map(({ name, schema }) => ({ name, help: schema.description ?? '' })),
];

function apiKeys() {
  return hidden('keys of 1 to 512 printable ASCII characters without spaces, comma separated', (text) => {
    const keys = splitList(text);
    return keys.length > 0 && keys.every((key) => /^[!-~]{1,512}$/.test(key)) ? [...new Set(keys)] : undefined;
  });
}

/** `file:<path>`, `file:///<absolute path>`: the path, made absolute. */
function databasePath() {
  return z.string().transform((text, context): string => {
    const refuse = (problem: string): never => {
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    };
    if (/^postgres(ql)?:/i.test(text)) {
      return refuse(
        `is a PostgreSQL address, which this version does not support yet. Set it to file:<path>, such as ${DEFAULT_DATABASE_URL}, or unset it.`,
      );
    }
    if (/^file:\/\//i.test(text)) {
      try {
        return fileURLToPath(text);
      } catch {
        return refuse(`is not a path of this machine. Set it to file:<path>, such as ${DEFAULT_DATABASE_URL}.`);
      }
    }
    const path = /^file:(.+)$/i.exec(text)?.[1];
    // A store in memory would hide the keys that `keys create` makes from the gateway that should accept them.
    if (path === undefined || path === ':memory:') {
      return refuse(`names no file. Set it to file:<path>, such as ${DEFAULT_DATABASE_URL}.`);
    }
    return resolve(path);
  });
}

function readHost(text: string): string | undefined {
  return /^[A-Za-z0-9.:%_-]+$/.test(text) ? text : undefined;
}

function readOrigins(text: string): string[] | undefined {
  const origins = splitList(text).map((origin) => (origin === '*' ? origin : canonicalOrigin(origin)));
  return origins.every((origin) => origin !== undefined) ? origins : undefined;
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
