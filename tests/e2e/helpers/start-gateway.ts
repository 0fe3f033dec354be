import { Writable } from 'node:stream';
import { createEcho, type EchoOptions } from '@speko/adapter-echo';
import { serverFrameSchema } from '@speko/protocol';
import {
  ApiKeys,
  createLogger,
  createServer,
  createSqliteStore,
  type AdapterEntry,
  type ServerOptions,
  type SessionStore,
  type SpekoServer,
} from '@speko/server';
import { Changes } from '@speko/tests-behaviour';
import { onTestFinished } from 'vitest';
import { createMirror, MIRROR_SECRET, type MirrorOptions } from './mirror-adapter.ts';
import { startMirrorVendor, type MirrorVendor, type VendorManners } from './mirror-vendor.ts';
import { openCall, type CallOptions, type Minted, type PlainCall } from './plain-client.ts';
import { SkippingClock } from './skipping-clock.ts';

export interface GatewayOptions extends ServerOptions {
  /** Adapters besides the echo and the mirror. */
  readonly adapters?: readonly AdapterEntry[];
  /** Differences of the echo. */
  readonly echo?: Partial<EchoOptions>;
  /** Differences of the mirror adapter. */
  readonly mirror?: Partial<MirrorOptions>;
  readonly manners?: VendorManners;
  /** Folder of a page to serve, whose calls are made with the gateway's key. */
  readonly playgroundRoot?: string;
  /** File of the database, which then has its thread. @defaultValue memory */
  readonly databasePath?: string;
  /** Credentials of further adapters, which no log line may hold. */
  readonly secrets?: readonly string[];
  /** One that others have as well. @defaultValue one of its own */
  readonly clock?: SkippingClock;
}

/** An answer of the REST side. */
export interface Answer<Body = Record<string, never>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface ErrorAnswer {
  readonly error: string;
  readonly code: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/** A gateway on a real port, with the echo and a mirror vendor behind it. */
export interface TestGateway {
  readonly url: string;
  readonly server: SpekoServer;
  readonly store: SessionStore;
  readonly apiKeys: ApiKeys;
  readonly clock: SkippingClock;
  readonly vendor: MirrorVendor;
  /** May use every provider. */
  readonly key: string;
  readonly logLines: readonly string[];
  fetch<Body = ErrorAnswer>(path: string, init?: RequestInit): Promise<Answer<Body>>;
  get<Body = ErrorAnswer>(path: string, init?: RequestInit): Promise<Answer<Body>>;
  post<Body = ErrorAnswer>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
  /** Mints a session; `s2s` and `more` differ from the smallest body. */
  mint(s2s?: Record<string, unknown>, more?: Record<string, unknown>): Promise<Minted>;
  /** Mints and connects. */
  call(
    s2s?: Record<string, unknown>,
    options?: CallOptions & { more?: Record<string, unknown> },
  ): Promise<PlainCall & { session: Minted }>;
  connect(minted: Minted, options?: CallOptions): Promise<PlainCall & { session: Minted }>;
  /** The record once the session is over. */
  record(sessionId: string): Promise<RecordView>;
  /** Waits for a line of the log that holds this text. */
  logged(text: string): Promise<string>;
  /** Lets go of every call and vendor connection so far, after checking them. */
  forget(): void;
  /** Also checks what holds of every call: frames fit their schema, and the log holds no secret. */
  close(): Promise<void>;
}

/** The fields of a session record that tests read. */
export interface RecordView {
  readonly id: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly connectedAt: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
  readonly usage: Readonly<Record<string, number>>;
  readonly audio: { readonly inputMs: number; readonly outputMs: number };
  readonly timeToFirstAudio: { readonly count: number; readonly medianMs: number | null };
  readonly [field: string]: unknown;
}

/** Of the address of the page, where there is one. */
export const PAGE_TOKEN = 'page-token-of-the-tests-0123456789';

/** Starts a gateway that is closed, and checked, when the test is over. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await createGateway(options);
  onTestFinished(() => gateway.close());
  return gateway;
}

/** The same for a gateway that several tests share: closing it is theirs. */
export async function createGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const {
    adapters = [],
    echo = {},
    mirror = {},
    manners = {},
    secrets = [],
    clock = new SkippingClock(),
    playgroundRoot: root,
    databasePath,
    ...settings
  } = options;
  const vendor = await startMirrorVendor(manners);
  const mirrorAdapter = createMirror({ url: vendor.url, ...mirror });
  // Its thread takes ten times as long to start as the rest of a gateway.
  const store = createSqliteStore({ path: databasePath ?? ':memory:', hasThread: databasePath !== undefined });
  const apiKeys = new ApiKeys({ store, nowMs: () => clock.epochMs() });
  const { key } = await apiKeys.create({ name: 'tests' });
  const logLines: string[] = [];
  const changes = new Changes();
  const logger = createLogger({
    level: 'debug',
    destination: new Writable({
      write(line: Buffer, _encoding, done) {
        logLines.push(line.toString('utf8'));
        changes.notify();
        done();
      },
    }),
  });
  const server = createServer({
    adapters: [
      { state: 'configured', adapter: createEcho(), options: createEcho().parseOptions({ speed: 20, ...echo }) },
      { state: 'configured', adapter: mirrorAdapter, options: mirrorAdapter.parseOptions({}) },
      { state: 'missing', adapter: createMirror({ url: vendor.url, id: 'unset' }), missingSetting: 'UNSET_API_KEY' },
      ...adapters,
    ],
    store,
    logger,
    clock,
    drainDeadlineMs: 0,
    keySessionsPerMinute: 0,
    // Skipped time leaves clients no time to answer.
    pingIntervalMs: 3_600_000,
    ...(root !== undefined && { playground: { root, apiKey: key, token: PAGE_TOKEN } }),
    ...settings,
  });
  const { url } = await server.listen({ port: 0 });
  const tokens: string[] = [];
  const calls: PlainCall[] = [];

  async function request<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    const response = await fetch(url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
  }
  const keyed = (headers: Record<string, string> = {}) => ({ authorization: `Bearer ${key}`, ...headers });

  const gateway: TestGateway = {
    url,
    server,
    store,
    apiKeys,
    clock,
    vendor,
    key,
    logLines,
    fetch: request,
    get: (path, init = {}) => request(path, { headers: keyed(), ...init }),
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: keyed({ 'content-type': 'application/json', ...headers }),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async mint(s2s = {}, more = {}) {
      const body = { mode: 's2s', s2s: { provider: 'mirror', model: 'mirror-1', ...s2s }, ...more };
      const answer = await gateway.post<Minted>('/v1/sessions', body);
      if (answer.status !== 201) throw new Error(`Minting was refused: ${answer.status} ${answer.text}`);
      tokens.push(answer.body.wsToken);
      return answer.body;
    },
    async call(s2s = {}, { more = {}, ...options } = {}) {
      return gateway.connect(await gateway.mint(s2s, more), options);
    },
    async connect(minted, options = {}) {
      const call = await openCall(minted, options);
      calls.push(call);
      return Object.assign(call, { session: minted });
    },
    async record(sessionId) {
      // The event stream closes when the record is complete.
      await gateway.get(`/v1/sessions/${sessionId}/stream`);
      return (await gateway.get<RecordView>(`/v1/sessions/${sessionId}`)).body;
    },
    logged: (text) => changes.until(() => logLines.find((line) => line.includes(text)), `a log line with ${text}`),
    forget() {
      checkFrames(calls.splice(0));
      vendor.forget();
    },
    async close() {
      for (const call of calls) call.socket.terminate();
      await server.close();
      await vendor.close();
      checkFrames(calls);
      checkLog(logLines, [key, PAGE_TOKEN, ...tokens, MIRROR_SECRET, ...secrets]);
    },
  };
  return gateway;
}

/** [SF1] Every frame of every call fits its schema and begins with `t`; audio is whole samples. */
function checkFrames(calls: readonly PlainCall[]): void {
  for (const message of calls.flatMap((call) => call.messages)) {
    if (message.type === 'audio') {
      if (message.pcm.byteLength % 2 !== 0) throw new Error('A binary message of the gateway had an odd length.');
      continue;
    }
    const parsed = serverFrameSchema.safeParse(message.frame);
    if (!parsed.success) throw new Error(`${message.text} does not fit its schema: ${parsed.error.message}`);
    if (!message.text.startsWith('{"t":"')) throw new Error(`${message.text} does not begin with "t".`);
  }
}

/** [LM1] No line holds a key, a token, or anything as long as audio in base64 or in numbers. */
function checkLog(lines: readonly string[], secrets: readonly string[]): void {
  for (const line of lines) {
    const leaked = secrets.find((secret) => line.includes(secret));
    if (leaked !== undefined) throw new Error(`A log line holds the secret ${leaked}: ${line}`);
    if (/[A-Za-z0-9+/]{100,}|"type":"Buffer"|(?:\d+,){30,}/.test(line))
      throw new Error(`A log line holds audio: ${line}`);
  }
}
