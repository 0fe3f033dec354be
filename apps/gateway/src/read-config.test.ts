import { resolveSettings } from '@speko/server';
import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readConfig, type Environment } from './read-config.ts';

function mistakesOf(env: Environment): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ variable, problem }) => `${variable} ${problem}`);
    throw error;
  }
  return [];
}

test('nothing set: this machine only, port 8787, SQLite below the working directory, and a development key', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 8787,
    databasePath: `${process.cwd()}/.speko/gateway.db`,
    apiKeys: undefined,
    playground: undefined,
    logLevel: 'info',
    providers: {},
    server: {},
  });
});

test('everything set reaches the setting it is meant for', () => {
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: '0',
    SPEKO_API_KEYS: 'first-key, second-key,first-key,',
    SPEKO_PUBLIC_URL: 'https://voice.example.com/speko',
    SPEKO_DATABASE_URL: 'file:/data/gateway.db',
    SPEKO_ALLOWED_ORIGINS: 'https://App.example.com:443/, http://localhost:3000',
    SPEKO_TRUST_PROXY: 'true',
    SPEKO_PLAYGROUND: 'false',
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: 'ws://127.0.0.1:9000/v1',
    OPENAI_TRANSCRIPTION_MODEL: 'Systran/faster-whisper-small',
    OPENAI_DEFAULT_VOICE: 'af_heart',
    GEMINI_API_KEY: 'gemini-test',
    GEMINI_BASE_URL: 'wss://gemini.example.com',
    XAI_API_KEY: 'xai-test',
    XAI_BASE_URL: 'http://xai.example.com',
    SPEKO_MAX_SESSIONS: '7',
    SPEKO_KEY_SESSIONS_PER_MINUTE: '0',
    SPEKO_KEY_CONCURRENT_SESSIONS: '3',
    SPEKO_MAX_STREAMS: '9',
    SPEKO_KEY_STREAMS: '4',
    SPEKO_MAX_DURATION_SECONDS: '600',
    SPEKO_IDLE_TIMEOUT_SECONDS: '0',
    SPEKO_TOKEN_TTL_SECONDS: '30',
    SPEKO_DRAIN_SECONDS: '5',
    SPEKO_TRANSCRIPT_DAYS: '7',
    SPEKO_RECORD_DAYS: '90',
    SPEKO_PREDIAL: 'false',
    SPEKO_METRICS: 'true',
    LOG_LEVEL: 'debug',
  });
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 0,
    databasePath: '/data/gateway.db',
    apiKeys: ['first-key', 'second-key'],
    playground: false,
    logLevel: 'debug',
    providers: {
      openai: {
        apiKey: 'sk-test',
        baseUrl: 'ws://127.0.0.1:9000/v1',
        transcriptionModel: 'Systran/faster-whisper-small',
        defaultVoice: 'af_heart',
      },
      google: { apiKey: 'gemini-test', baseUrl: 'wss://gemini.example.com' },
      xai: { apiKey: 'xai-test', baseUrl: 'http://xai.example.com' },
    },
    server: {
      publicUrl: 'https://voice.example.com/speko',
      allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
      trustProxy: true,
      maxSessions: 7,
      keySessionsPerMinute: 0,
      keyConcurrentSessions: 3,
      maxStreams: 9,
      keyStreams: 4,
      maxDurationSeconds: 600,
      idleTimeoutMs: 0,
      tokenTtlMs: 30_000,
      drainDeadlineMs: 5_000,
      transcriptDays: 7,
      recordDays: 90,
      predial: false,
      metrics: true,
    },
  });
});

test.each([
  ['PORT', 'http', 'PORT is "http". Set it to a whole number from 0 to 65535.'],
  ['PORT', '65536', 'PORT is "65536". Set it to a whole number from 0 to 65535.'],
  ['SPEKO_TRANSCRIPT_DAYS', '0.5', 'SPEKO_TRANSCRIPT_DAYS is "0.5". Set it to a whole number from 1 to 36500.'],
  ['PORT', '-1', 'PORT is "-1". Set it to a whole number from 0 to 65535.'],
  ['PORT', '80.5', 'PORT is "80.5". Set it to a whole number from 0 to 65535.'],
  [
    'HOST',
    'http://localhost',
    'HOST is "http://localhost". Set it to an address of this machine, such as 127.0.0.1 (only this machine) or 0.0.0.0 (everywhere).',
  ],
  [
    'SPEKO_API_KEYS',
    'one key',
    'SPEKO_API_KEYS cannot be used as it is. Set it to keys of 1 to 512 printable ASCII characters without spaces, comma separated.',
  ],
  [
    'SPEKO_API_KEYS',
    ',',
    'SPEKO_API_KEYS cannot be used as it is. Set it to keys of 1 to 512 printable ASCII characters without spaces, comma separated.',
  ],
  [
    'SPEKO_PUBLIC_URL',
    'voice.example.com',
    'SPEKO_PUBLIC_URL cannot be used as it is. Set it to an http:// or https:// URL without user, query or fragment, such as https://voice.example.com.',
  ],
  [
    'SPEKO_DATABASE_URL',
    'postgres://speko:hunter2@db/speko',
    'SPEKO_DATABASE_URL is a PostgreSQL address, which this version does not support yet. Set it to file:<path>, such as file:./.speko/gateway.db, or unset it.',
  ],
  [
    'SPEKO_DATABASE_URL',
    './gateway.db',
    'SPEKO_DATABASE_URL names no file. Set it to file:<path>, such as file:./.speko/gateway.db.',
  ],
  [
    'SPEKO_DATABASE_URL',
    'file::memory:',
    'SPEKO_DATABASE_URL names no file. Set it to file:<path>, such as file:./.speko/gateway.db.',
  ],
  [
    'SPEKO_DATABASE_URL',
    'file://db.example.com/gateway.db',
    'SPEKO_DATABASE_URL is not a path of this machine. Set it to file:<path>, such as file:./.speko/gateway.db.',
  ],
  [
    'SPEKO_ALLOWED_ORIGINS',
    'https://app.example.com/talk',
    'SPEKO_ALLOWED_ORIGINS is "https://app.example.com/talk". Set it to origins of web pages, comma separated, such as https://app.example.com (no path), or * for all, files and "null" included.',
  ],
  ['SPEKO_TRUST_PROXY', 'yes', 'SPEKO_TRUST_PROXY is "yes". Set it to true or false.'],
  ['SPEKO_PLAYGROUND', 'on', 'SPEKO_PLAYGROUND is "on". Set it to true or false.'],
  [
    'OPENAI_API_KEY',
    '"sk-hunter2 "x',
    'OPENAI_API_KEY cannot be used as it is. Set it to the key alone, without spaces, quotes or line breaks.',
  ],
  [
    'OPENAI_BASE_URL',
    'https://user:hunter2@api.example.com/v1',
    'OPENAI_BASE_URL cannot be used as it is. Set it to an http(s):// or ws(s):// URL without user, query or fragment, such as https://proxy.example.com/v1.',
  ],
  [
    'OPENAI_TRANSCRIPTION_MODEL',
    'whisper 1',
    'OPENAI_TRANSCRIPTION_MODEL is "whisper 1". Set it to a name of 1 to 256 printable ASCII characters without spaces, such as whisper-large-v3.',
  ],
  [
    'OPENAI_DEFAULT_VOICE',
    'two voices',
    'OPENAI_DEFAULT_VOICE is "two voices". Set it to a name of 1 to 256 printable ASCII characters without spaces, such as marin.',
  ],
  [
    'GEMINI_BASE_URL',
    'ftp://example.com',
    'GEMINI_BASE_URL cannot be used as it is. Set it to an http(s):// or ws(s):// URL without user, query or fragment, such as https://proxy.example.com/v1.',
  ],
  [
    'XAI_BASE_URL',
    'api.x.ai',
    'XAI_BASE_URL cannot be used as it is. Set it to an http(s):// or ws(s):// URL without user, query or fragment, such as https://proxy.example.com/v1.',
  ],
  ['SPEKO_MAX_SESSIONS', 'many', 'SPEKO_MAX_SESSIONS is "many". Set it to a whole number from 0 to 1000000.'],
  ['SPEKO_TOKEN_TTL_SECONDS', '0', 'SPEKO_TOKEN_TTL_SECONDS is "0". Set it to a whole number from 1 to 86400.'],
  ['SPEKO_PREDIAL', '2', 'SPEKO_PREDIAL is "2". Set it to true or false.'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud". Set it to one of trace, debug, info, warn, error, fatal, silent.'],
  [
    'SPEKO_MAX_SESION',
    '5',
    'SPEKO_MAX_SESION is not a setting. Correct its spelling or unset it; --help lists all settings.',
  ],
])('%s=%s is refused with one message that says what to set', (variable, value, message) => {
  expect(mistakesOf({ [variable]: value })).toEqual([message]);
});

test('all mistakes are listed together, and the message holds no secret', () => {
  const env = {
    PORT: 'x',
    SPEKO_API_KEYS: 'hunter2 hunter3',
    OPENAI_API_KEY: 'hunter2 \t4',
    SPEKO_TYPO: 'hunter2',
    LOG_LEVEL: 'x',
  };
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ code: 'BAD_CONFIG', message: expect.not.stringContaining('hunter2') }),
  );
  expect(mistakesOf(env).map((mistake) => mistake.split(' ')[0])).toEqual([
    'PORT',
    'SPEKO_API_KEYS',
    'LOG_LEVEL',
    'OPENAI_API_KEY',
    'SPEKO_TYPO',
  ]);
});

test('a page that asks for no key is not served beside keys of the operator', () => {
  expect(mistakesOf({ SPEKO_PLAYGROUND: 'true', SPEKO_API_KEYS: 'own-key' })).toEqual([
    'SPEKO_PLAYGROUND is true beside SPEKO_API_KEYS, but the page asks nobody for a key and works with the development key only. Unset one of the two.',
  ]);
});

test('records must be kept at least as long as transcripts, which go with them', () => {
  expect(mistakesOf({ SPEKO_TRANSCRIPT_DAYS: '30', SPEKO_RECORD_DAYS: '29' })).toEqual([
    'SPEKO_RECORD_DAYS is 29, but a transcript goes with its record and SPEKO_TRANSCRIPT_DAYS is 30. Set it to 30 or more, or lower SPEKO_TRANSCRIPT_DAYS.',
  ]);
  expect(mistakesOf({ SPEKO_TRANSCRIPT_DAYS: '30', SPEKO_RECORD_DAYS: '30' })).toEqual([]);
});

describe('what is no mistake', () => {
  test('an empty variable is one that is not set', () => {
    expect(readConfig({ PORT: '', OPENAI_API_KEY: '  ', SPEKO_API_KEYS: '' })).toEqual(readConfig({}));
  });

  test('variables of clients and of others may stand beside', () => {
    const clients = { SPEKO_API_KEY: 'k', SPEKO_BASE_URL: 'http://127.0.0.1:8787' };
    const examples = { SPEKO_PROVIDER: 'openai', SPEKO_MODEL: 'gpt-realtime-2.1' };
    expect(mistakesOf({ ...clients, ...examples, PATH: '/bin', GEMINI_MODEL: 'x' })).toEqual([]);
  });

  test('a file URL is a path, absolute or below the working directory', () => {
    expect(readConfig({ SPEKO_DATABASE_URL: 'file:///var/lib/speko%20data/gateway.db' }).databasePath).toBe(
      '/var/lib/speko data/gateway.db',
    );
    expect(readConfig({ SPEKO_DATABASE_URL: 'file:data.db' }).databasePath).toBe(`${process.cwd()}/data.db`);
  });
});

test.each(['lowest', 'highest'] as const)('the %s value of every number is one the server takes', (end) => {
  const ranges = {
    SPEKO_MAX_SESSIONS: [0, 1_000_000],
    SPEKO_KEY_SESSIONS_PER_MINUTE: [0, 100_000],
    SPEKO_KEY_CONCURRENT_SESSIONS: [0, 1_000_000],
    SPEKO_MAX_STREAMS: [0, 1_000_000],
    SPEKO_KEY_STREAMS: [0, 1_000_000],
    SPEKO_MAX_DURATION_SECONDS: [1, 86_400],
    SPEKO_IDLE_TIMEOUT_SECONDS: [0, 86_400],
    SPEKO_TOKEN_TTL_SECONDS: [1, 86_400],
    SPEKO_DRAIN_SECONDS: [0, 86_400],
  };
  const env = Object.fromEntries(
    Object.entries(ranges).map(([name, [min, max]]) => [name, String(end === 'lowest' ? min : max)]),
  );
  expect(() => resolveSettings(readConfig(env).server)).not.toThrow();
});
