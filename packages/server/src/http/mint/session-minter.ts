import type { DialPlan, SessionConfig } from '@speko/adapter';
import { type CreateSessionRequest, type CreateSessionResponse, HOSTED_FIELDS } from '@speko/protocol';
import type { Logger } from 'pino';
import type { AdapterRegistry, ChosenProvider } from '../../adapter-registry.ts';
import { anchoredTime } from '../../anchored-time.ts';
import { mintSessionId } from '../../auth/session-ids.ts';
import { mintToken } from '../../auth/tokens.ts';
import type { Clock } from '../../clock.ts';
import type { ServerSettings } from '../../config.ts';
import { storeUnavailable } from '../../http-error.ts';
import type { LiveSessions, PreparedSession } from '../../session/live-sessions.ts';
import type { RecordWriter } from '../../store/record-writer.ts';
import { isUnavailable } from '../../store/store-error.ts';
import type { SessionStore, StoredKey } from '../../store/store.ts';
import { checkSessionConfig, chooseProvider, ignoredSettings } from './choose-provider.ts';
import { Idempotency } from './idempotency.ts';
import { MintGate } from './mint-gate.ts';
import { toSessionConfig } from './to-session-config.ts';
import { type RequestOrigin, wsUrl } from './ws-url.ts';

export interface MinterOptions {
  readonly store: SessionStore;
  readonly records: RecordWriter;
  readonly live: LiveSessions;
  readonly adapters: AdapterRegistry;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A validated call of `POST /v1/sessions`. */
export interface MintRequest {
  readonly key: StoredKey;
  readonly request: CreateSessionRequest;
  readonly origin: RequestOrigin;
  /** Present when the call carries an `Idempotency-Key`; `body` is what is compared. */
  readonly idempotency?: { readonly idempotencyKey: string; readonly apiKey: string; readonly body: unknown };
}

/** A request that its provider can hold. */
interface CheckedRequest {
  readonly mint: MintRequest;
  readonly provider: ChosenProvider;
  readonly config: SessionConfig;
  readonly plan: DialPlan | undefined;
  /** Those of `HOSTED_FIELDS` that it has. */
  readonly hostedFields: readonly string[];
}

/** Makes sessions: checks that one may be made, records it, and hands it to the live side, which dials the provider. */
export class SessionMinter {
  readonly #options: MinterOptions;
  readonly #gate: MintGate;
  readonly #idempotency: Idempotency;

  constructor(options: MinterOptions) {
    const { store, live, settings, clock } = options;
    this.#options = options;
    this.#gate = new MintGate(live, settings);
    this.#idempotency = new Idempotency(store, anchoredTime(clock));
  }

  /** @throws HttpError of every code that `POST /v1/sessions` may answer after validation. */
  async mint(mint: MintRequest): Promise<CreateSessionResponse> {
    const { key, request, idempotency } = mint;
    this.#gate.refuseWhileDraining();
    // A new session would have its texts lost.
    if (this.#options.records.isFull) throw storeUnavailable(undefined);
    const provider = chooseProvider(this.#options.adapters, request.s2s.provider, key.providers);
    const sessionId = mintSessionId(this.#options.clock.epochMs());
    const config = toSessionConfig(sessionId, request);
    const plan = checkSessionConfig(provider, config);
    const hostedFields = HOSTED_FIELDS.filter((name) => request[name] !== undefined);
    const ignored = [...hostedFields, ...ignoredSettings(provider, config)];
    const create = async (): Promise<CreateSessionResponse> => ({
      ...(await this.#create({ mint, provider, config, plan, hostedFields })),
      ignored,
    });
    if (idempotency === undefined) return create();
    return this.#idempotency.once({ keyId: key.keyId, ...idempotency }, create);
  }

  async #create(checked: CheckedRequest): Promise<Omit<CreateSessionResponse, 'ignored'>> {
    const { mint, config } = checked;
    const { sessionId } = config;
    const { keyId } = mint.key;
    const { clock, logger } = this.#options;
    const place = this.#gate.enter(keyId, clock.nowMs());
    try {
      const response = await this.#register(checked);
      const { provider, model } = mint.request.s2s;
      logger.info({ sessionId, keyId, provider, model }, 'session created');
      return response;
    } catch (error) {
      if (isUnavailable(error)) place.giveBack();
      throw error;
    } finally {
      place.release();
    }
  }

  async #register({
    mint,
    provider,
    config,
    plan,
    hostedFields,
  }: CheckedRequest): Promise<Omit<CreateSessionResponse, 'ignored'>> {
    const { key, request, origin } = mint;
    const { sessionId } = config;
    const { store, records, live, settings, clock } = this.#options;
    const { s2s, metadata, ttlSeconds } = request;
    const { token, tokenHash } = mintToken();
    const createdAtMs = clock.epochMs();
    const tokenExpiresAtMs = createdAtMs + settings.tokenTtlMs;
    const maxDurationSeconds = Math.min(ttlSeconds ?? settings.maxDurationSeconds, settings.maxDurationSeconds);
    await store.createSession({
      sessionId,
      keyId: key.keyId,
      provider: s2s.provider,
      model: s2s.model,
      ...(s2s.voice !== undefined && { voice: s2s.voice }),
      ...(metadata !== undefined && { metadataJson: JSON.stringify(metadata) }),
      createdAtMs,
      maxDurationSeconds,
    });
    try {
      await store.saveToken({ tokenHash, sessionId, expiresAtMs: tokenExpiresAtMs });
      // Shutdown may have begun meanwhile, and would not know of a session registered after it looked.
      this.#gate.refuseWhileDraining();
      const prepared: PreparedSession = {
        sessionId,
        keyId: key.keyId,
        provider,
        config,
        ignored: hostedFields,
        createdAtMs,
        tokenExpiresAtMs,
        maxDurationMs: maxDurationSeconds * 1000,
      };
      live.prepare(prepared, plan);
    } catch (error) {
      const end = { status: 'expired', reason: null, atMs: createdAtMs, durationMs: null } as const;
      void records.add({ type: 'ended', sessionId, end });
      throw error;
    }
    return {
      mode: 's2s',
      sessionId,
      wsUrl: wsUrl(sessionId, settings.publicUrl, origin),
      wsToken: token,
      inputSampleRate: s2s.inputSampleRate,
      outputSampleRate: s2s.outputSampleRate,
      expiresAt: new Date(tokenExpiresAtMs).toISOString(),
      maxDurationSeconds,
    };
  }
}
