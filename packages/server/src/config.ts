import { LIMITS, RealtimeError } from '@speko/protocol';
import { canonicalOrigin } from './auth/origins.ts';

/** Every setting of the gateway. Durations are milliseconds unless the name says otherwise. */
export interface ServerSettings {
  /**
   * Where clients reach this gateway, such as `https://voice.example.com`; `wsUrl` is built from it. A path is kept
   * as a prefix. Absent: built from the host of each request.
   */
  readonly publicUrl?: string | undefined;
  /**
   * Whether `X-Forwarded-Proto` and `X-Forwarded-Host` are believed: only behind a proxy that sets them itself.
   * @defaultValue false
   */
  readonly trustProxy: boolean;
  /**
   * Web pages that may call this gateway from a browser, as origins such as `https://app.example.com`; `*` is all.
   * Compared as URLs: case, a default port and a slash at the end make no difference.
   * Applies to REST (CORS) and to WebSocket upgrades. Requests without `Origin` come from no browser and are not
   * concerned.
   * @defaultValue none
   */
  readonly allowedOrigins: readonly string[];
  /**
   * Whether pages that this machine serves to itself, such as `http://localhost:3000`, may open WebSockets too; they
   * still need a session's token, and REST stays closed to them. For development: on a server, such a page is a
   * stranger's, on the stranger's own machine.
   * @defaultValue false
   */
  readonly allowLoopbackOrigins: boolean;

  /** Sessions of this node, waiting and connected; 0 is no limit. @defaultValue 1000 */
  readonly maxSessions: number;
  /** Sessions one API key may mint per minute; 0 is no limit. @defaultValue 300 */
  readonly keySessionsPerMinute: number;
  /** Sessions one API key may have at the same time on this node; 0 is no limit. @defaultValue 100 */
  readonly keyConcurrentSessions: number;
  /** REST event streams open at the same time on this node; 0 is no limit. @defaultValue 1000 */
  readonly maxStreams: number;
  /** REST event streams one API key may have open at the same time on this node; 0 is no limit. @defaultValue 100 */
  readonly keyStreams: number;

  /** How long a `wsToken` opens a connection. @defaultValue 60000 */
  readonly tokenTtlMs: number;
  /** Default and cap of `ttlSeconds`. @defaultValue 1800 */
  readonly maxDurationSeconds: number;
  /** How long a connected client may send nothing; 0 switches the limit off. @defaultValue 300000 */
  readonly idleTimeoutMs: number;
  /** How long sessions may go on after shutdown begins. @defaultValue 25000 */
  readonly drainDeadlineMs: number;
  /** How many days after its end a session's transcript is kept; whole days. @defaultValue for ever, or as long as the record */
  readonly transcriptDays?: number | undefined;
  /** How many days after its end a session's record is kept; whole days, no fewer than `transcriptDays`. @defaultValue for ever */
  readonly recordDays?: number | undefined;
  /** How long a start waits for another gateway to leave the store. @defaultValue 30000 */
  readonly storeWaitMs: number;
  /** Serve `GET /metrics` for Prometheus, without a key: switch it on where only the operator can reach it. @defaultValue false */
  readonly metrics: boolean;

  /** Dial the provider when the session is minted, so that its handshake overlaps the client's own. @defaultValue true */
  readonly predial: boolean;
  /** How long a provider connection dialled at mint is held for a client. @defaultValue 10000 */
  readonly predialHoldMs: number;
  /** How much audio is kept for a provider that is not ready yet. @defaultValue 10000 */
  readonly readyBufferMs: number;
  /** Unsent bytes towards the provider at which user audio is dropped. @defaultValue 1048576 */
  readonly upstreamBufferBytes: number;
  /** How long an interruption waits for the client to report what was heard. @defaultValue 250 */
  readonly playbackGraceMs: number;

  /** Largest WebSocket message from a client, bytes. @defaultValue 1048576 */
  readonly maxMessageBytes: number;
  /** How much faster than real time a client's audio is read. @defaultValue 4 */
  readonly audioSpeed: number;
  /** How much audio of a client may come at once, milliseconds. @defaultValue 30000 */
  readonly audioBurstMs: number;
  /** Messages of one client, audio and text, that are read per second. @defaultValue 500 */
  readonly messagesPerSecond: number;
  /** Messages of one client that may come at once. @defaultValue 15000 */
  readonly messageBurst: number;
  /** Text messages of one client that are read per second. @defaultValue 50 */
  readonly framesPerSecond: number;
  /** Text messages of one client that may come at once. @defaultValue 200 */
  readonly frameBurst: number;
  /** Bytes of text messages of one client that are read per second. @defaultValue 262144 */
  readonly frameBytesPerSecond: number;
  /** Bytes of text messages of one client that may come at once. @defaultValue 2097152 */
  readonly frameBurstBytes: number;
  /** How often the server pings a client. @defaultValue 20000 */
  readonly pingIntervalMs: number;
  /** Bytes waiting for a slow client at which the provider is no longer read. @defaultValue 1048576 */
  readonly highWaterBytes: number;
  /** Bytes waiting for a slow client at which it is given up. @defaultValue 8388608 */
  readonly maxBufferedBytes: number;
  /** How long a slow client may take to catch up. @defaultValue 10000 */
  readonly congestionTimeoutMs: number;
}

/** The settings a caller wants to differ from the defaults. */
export type ServerOptions = { readonly [Name in keyof ServerSettings]?: ServerSettings[Name] | undefined };

/** Defaults of the settings. */
export const SERVER_DEFAULTS: ServerSettings = {
  trustProxy: false,
  allowedOrigins: [],
  allowLoopbackOrigins: false,
  maxSessions: 1_000,
  keySessionsPerMinute: 300,
  keyConcurrentSessions: 100,
  maxStreams: 1_000,
  keyStreams: 100,
  tokenTtlMs: LIMITS.tokenTtlMs,
  maxDurationSeconds: LIMITS.maxDurationSeconds,
  idleTimeoutMs: LIMITS.idleTimeoutMs,
  drainDeadlineMs: 25_000,
  storeWaitMs: 30_000,
  metrics: false,
  predial: true,
  predialHoldMs: 10_000,
  readyBufferMs: LIMITS.readyBufferMs,
  upstreamBufferBytes: 1_048_576,
  playbackGraceMs: LIMITS.playbackGraceMs,
  maxMessageBytes: LIMITS.messageBytes,
  audioSpeed: LIMITS.audioSpeed,
  audioBurstMs: LIMITS.audioBurstMs,
  messagesPerSecond: LIMITS.messagesPerSecond,
  messageBurst: LIMITS.messageBurst,
  framesPerSecond: LIMITS.framesPerSecond,
  frameBurst: LIMITS.frameBurst,
  frameBytesPerSecond: LIMITS.frameBytesPerSecond,
  frameBurstBytes: LIMITS.frameBurstBytes,
  pingIntervalMs: LIMITS.pingIntervalMs,
  highWaterBytes: 1_048_576,
  maxBufferedBytes: 8_388_608,
  congestionTimeoutMs: 10_000,
};

/** Settings that stay away unless they are given. */
const WITHOUT_DEFAULT: ReadonlySet<string> = new Set(['publicUrl', 'transcriptDays', 'recordDays']);

/** Smallest and largest value of each number. Timers of the platform end at 2^31 milliseconds. */
const RANGES = {
  maxSessions: [0, 1_000_000],
  keySessionsPerMinute: [0, 100_000],
  keyConcurrentSessions: [0, 1_000_000],
  maxStreams: [0, 1_000_000],
  keyStreams: [0, 1_000_000],
  tokenTtlMs: [1_000, 86_400_000],
  maxDurationSeconds: [1, 86_400],
  transcriptDays: [1, 36_500],
  recordDays: [1, 36_500],
  idleTimeoutMs: [0, 86_400_000],
  drainDeadlineMs: [0, 86_400_000],
  storeWaitMs: [0, 600_000],
  predialHoldMs: [0, 600_000],
  readyBufferMs: [100, 60_000],
  upstreamBufferBytes: [65_536, 1_073_741_824],
  playbackGraceMs: [0, 5_000],
  maxMessageBytes: [1_024, 104_857_600],
  audioSpeed: [1, 1_000],
  audioBurstMs: [1_000, 3_600_000],
  messagesPerSecond: [50, 1_000_000],
  messageBurst: [50, 10_000_000],
  framesPerSecond: [1, 1_000_000],
  frameBurst: [1, 10_000_000],
  frameBytesPerSecond: [1_024, 1_073_741_824],
  frameBurstBytes: [1_024, 1_073_741_824],
  pingIntervalMs: [100, 3_600_000],
  highWaterBytes: [16_384, 1_073_741_824],
  maxBufferedBytes: [16_384, 1_073_741_824],
  congestionTimeoutMs: [100, 600_000],
} as const satisfies Partial<Record<keyof ServerSettings, readonly [min: number, max: number]>>;

/**
 * Fills in the defaults and checks every value.
 * @throws RealtimeError `BAD_SETTING` naming the setting and what it takes.
 */
export function resolveSettings(options: ServerOptions = {}): ServerSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: ServerSettings = { ...SERVER_DEFAULTS, ...Object.fromEntries(given) };
  for (const [name] of given) {
    if (!(name in SERVER_DEFAULTS) && !WITHOUT_DEFAULT.has(name))
      throw badSetting(name, 'is not a setting; correct its spelling or remove it');
  }
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    const value = settings[name as keyof typeof RANGES];
    if (value === undefined && WITHOUT_DEFAULT.has(name)) continue;
    if (value === undefined || !Number.isInteger(value) || value < min || value > max) {
      throw badSetting(name, `must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
    }
  }
  if (settings.maxBufferedBytes < settings.highWaterBytes) {
    throw badSetting('maxBufferedBytes', `must be at least highWaterBytes, which is ${settings.highWaterBytes}`);
  }
  const { publicUrl, transcriptDays, recordDays } = settings;
  if (transcriptDays !== undefined && recordDays !== undefined && recordDays < transcriptDays) {
    throw badSetting('recordDays', `must be at least transcriptDays, which is ${transcriptDays}`);
  }
  if (publicUrl !== undefined && !isPublicUrl(publicUrl)) {
    throw badSetting(
      'publicUrl',
      'must be an http:// or https:// URL without query, such as https://voice.example.com',
    );
  }
  return { ...settings, allowedOrigins: settings.allowedOrigins.map(toAllowedOrigin) };
}

function toAllowedOrigin(text: string): string {
  const origin = text === '*' ? text : canonicalOrigin(text);
  if (origin !== undefined) return origin;
  throw badSetting(
    'allowedOrigins',
    text === 'null'
      ? 'cannot hold null, which is the origin of every file and sandboxed page; allow all by *, or serve the page from a host'
      : `must hold origins such as https://app.example.com (no path) or *, not ${JSON.stringify(text)}`,
  );
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '';
}

function badSetting(name: string, problem: string): RealtimeError<'BAD_SETTING'> {
  return new RealtimeError({ code: 'BAD_SETTING', message: `${name} ${problem}.` });
}
