import { AdapterError, type CapabilityFlags, type DialPlan, type RealtimeAdapter } from '@speko/adapter';
import type { EndReason } from '@speko/protocol';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { AdapterRegistry } from '../../adapter-registry.ts';
import { ApiKeys } from '../../auth/api-keys.ts';
import { timerDelayMs, type Clock } from '../../clock.ts';
import { resolveSettings, type ServerOptions } from '../../config.ts';
import type { LiveSessions, PreparedSession } from '../../session/live-sessions.ts';
import { createLocalNoticeBus, type NoticeBus } from '../../session/notice-bus.ts';
import { createBlockingSqliteStore } from '../../store/blocking-sqlite-store.ts';
import { RecordWriter } from '../../store/record-writer.ts';
import { StoreHealth } from '../../store/store-health.ts';
import type { SessionStore } from '../../store/store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createHttpApp } from '../create-http-app.ts';

/** 2026-01-31T12:00:00Z, where every test begins. */
export const START_MS = 1_769_860_800_000;

/** Token in a playground's address. */
export const PAGE_TOKEN = 'page-token-of-the-tests-0123456789';

/** Of no known shape. */
const OPERATOR_SECRET = 'acme-operator-secret';

/** Time that passes only when told to. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return START_MS + this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number) {
    const timer = { atMs: this.#nowMs + timerDelayMs(delayMs), callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers].filter(({ atMs }) => atMs <= this.#nowMs)) {
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

/** The live side as a list: what was prepared, and what REST asked to end. */
export class FakeLiveSessions implements LiveSessions {
  readonly prepared: PreparedSession[] = [];
  /** Of everything that was prepared. */
  readonly plans: (DialPlan | undefined)[] = [];
  readonly ended: { sessionId: string; reason: EndReason }[] = [];
  draining = false;
  /** Effects of an end. */
  onEnd: (sessionId: string) => void = () => undefined;

  get count(): number {
    return this.prepared.length;
  }

  /** Duration of the session, set by the test. */
  readonly durations = new Map<string, number>();

  durationMs(sessionId: string): number | undefined {
    return this.durations.get(sessionId);
  }

  countForKey(keyId: string): number {
    return this.prepared.filter((session) => session.keyId === keyId).length;
  }

  prepare(session: PreparedSession, plan: DialPlan | undefined): void {
    this.prepared.push(session);
    this.plans.push(plan);
  }

  end(sessionId: string, reason: EndReason): boolean {
    const index = this.prepared.findIndex((session) => session.sessionId === sessionId);
    if (index === -1) return false;
    this.prepared.splice(index, 1);
    this.ended.push({ sessionId, reason });
    this.onEnd(sessionId);
    return true;
  }
}

export interface HttpAppFixture {
  readonly app: FastifyInstance;
  readonly store: SessionStore;
  readonly apiKeys: ApiKeys;
  readonly live: FakeLiveSessions;
  readonly notices: NoticeBus;
  readonly clock: FakeClock;
  /** A key that may use every provider. */
  readonly key: string;
  readonly keyId: string;
  /** Log lines so far, as written. */
  readonly logLines: readonly string[];
  /** Calls with the fixture's key, unless the headers name another. */
  call(request: InjectOptions): Promise<LightMyRequestResponse>;
  /** Mints a session; `changes` are merged over a valid body. */
  mint(changes?: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** The REST side over fakes of everything around it, and a real store in memory. */
export async function startHttpApp(
  options: ServerOptions & { store?: SessionStore; playgroundRoot?: string } = {},
): Promise<HttpAppFixture> {
  const clock = new FakeClock();
  const { store: given, playgroundRoot: root, ...settings } = options;
  const store = given ?? createBlockingSqliteStore({ path: ':memory:', nowMs: () => clock.epochMs() });
  const apiKeys = new ApiKeys({ store, nowMs: () => clock.epochMs(), steadyMs: () => clock.nowMs() });
  const { key, stored } = await apiKeys.create({ name: 'test' });
  const live = new FakeLiveSessions();
  const notices = createLocalNoticeBus();
  const logLines: string[] = [];
  const logger = createLogger({
    level: 'debug',
    destination: { write: (line) => void logLines.push(line) },
    secrets: [OPERATOR_SECRET],
  });
  const health = new StoreHealth({ store, clock, logger });
  const app = createHttpApp({
    store: health.guard(),
    health,
    records: new RecordWriter({ store, health, clock, logger }),
    apiKeys,
    live,
    notices,
    adapters: testAdapters(),
    settings: resolveSettings(settings),
    clock,
    logger,
    ...(root !== undefined && { playground: { root, apiKey: key, token: PAGE_TOKEN } }),
  });
  const call = (request: InjectOptions) =>
    app.inject({ ...request, headers: { authorization: `Bearer ${key}`, ...request.headers } });
  return {
    app,
    store,
    apiKeys,
    live,
    notices,
    clock,
    key,
    keyId: stored.keyId,
    logLines,
    call,
    mint: (changes = {}, headers = {}) =>
      call({ method: 'POST', url: '/v1/sessions', headers, payload: { ...validBody(), ...changes } }),
    async close() {
      // A `fetch` that was given up may have dialled again, and what asks for nothing is not idle to Node 22.
      app.server.closeAllConnections();
      await app.close();
      await store.close();
    },
  };
}

/** The smallest body that is accepted. */
export function validBody(): { mode: string; s2s: Record<string, unknown> } {
  return { mode: 's2s', s2s: { provider: 'acme', model: 'acme-1' } };
}

const FLAGS: CapabilityFlags = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: false,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: true,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
};

/** `acme` is dialled and configured, `local` runs in process, `unset` lacks `UNSET_API_KEY`. */
function testAdapters(): AdapterRegistry {
  const options = { apiKey: OPERATOR_SECRET };
  return new Map([
    ['acme', { state: 'configured', adapter: dialedAdapter('acme'), options }],
    ['local', { state: 'configured', adapter: localAdapter(), options: {} }],
    ['unset', { state: 'missing', adapter: dialedAdapter('unset'), missingSetting: 'UNSET_API_KEY' }],
  ]);
}

function dialedAdapter(id: string): RealtimeAdapter {
  return {
    kind: 'dialed',
    id,
    displayName: id,
    capabilities: { ...FLAGS, reasons: { truncate: 'This vendor cannot.' } },
    exampleModel: `${id}-1`,
    parseOptions: (input) => input,
    plan({ voice, model, tools }) {
      const large = tools.findIndex(({ name }) => name === 'large');
      if (large !== -1) {
        const path = `s2s.tools[${large}].parameters`;
        throw new AdapterError({ code: 'BAD_OPTIONS', message: 'That is too large; make it smaller.', path });
      }
      if (voice === 'nobody') {
        throw new AdapterError({ code: 'BAD_OPTIONS', message: 'There is no voice "nobody"; use "ann" or "ben".' });
      }
      if (model === 'broken') throw new Error(`a fault that mentions ${OPERATOR_SECRET}`);
      return {
        url: 'wss://acme.example/v1',
        headers: {},
        protocols: [],
        audio: { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
        handshakeTimeoutMs: 5_000,
        readyTimeoutMs: 5_000,
        maxMessageBytes: 1_000_000,
        keepAlive: null,
      };
    },
    createCodec() {
      throw new Error('the REST side dials nobody');
    },
  };
}

function localAdapter(): RealtimeAdapter {
  return {
    kind: 'in-process',
    id: 'local',
    displayName: 'Local',
    capabilities: { ...FLAGS, temperature: false, reasons: { temperature: 'Nothing is sampled.' } },
    ignoredSettings: ({ systemPrompt }) => (systemPrompt === undefined ? [] : ['s2s.systemPrompt']),
    exampleModel: 'local-1',
    otherModels: ['local-tools'],
    parseOptions: (input) => input,
    audio: () => ({ inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 }),
    createEngine() {
      throw new Error('the REST side starts no engine');
    },
  };
}
