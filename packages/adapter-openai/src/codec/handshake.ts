import type { ProviderErrorEvent, ProviderFrame, SessionConfig, SessionEvent } from '@speko/adapter';
import type { OpenAIOptions } from '../openai-options.ts';
import { sessionSchema } from '../openai-wire.ts';
import {
  buildSessionUpdate,
  chosenDialect,
  detectDialect,
  settingsIgnoredBy,
  type OpenAIDialect,
} from './session-update.ts';

/** How long the server's first message is waited for where only that can tell its dialect, in milliseconds. */
const GUESS_AFTER_MS = 2000;

type WireSession = Readonly<Record<string, unknown>>;

/** Outcome of the server's answer to the configuration. */
export type OpeningOutcome =
  | { readonly type: 'none' }
  | { readonly type: 'ready'; readonly dialect: OpenAIDialect; readonly event: SessionEvent }
  | { readonly type: 'failed'; readonly error: ProviderErrorEvent };

/**
 * The beginning of a connection: the session is configured in the server's dialect, and ready once it says so. Where the
 * dialect is to be found out, a server that waits for us to speak first is taken for one of today's dialect, and one
 * that refuses that for one of the beta's.
 */
export class OpenAIHandshake {
  readonly #config: SessionConfig;
  readonly #options: OpenAIOptions;
  #dialect: OpenAIDialect | undefined;
  #isGuess = false;
  #isReady = false;
  #guessAtMs: number | undefined;
  #expiresAtMs: number | undefined;

  constructor(config: SessionConfig, options: OpenAIOptions) {
    this.#config = config;
    this.#options = options;
    this.#dialect = chosenDialect(options);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** When the dialect is guessed, or `undefined`. */
  get deadlineMs(): number | undefined {
    return this.#guessAtMs;
  }

  hello(nowMs: number): readonly ProviderFrame[] {
    // The socket keeps the order, so the configuration need not wait for `session.created`, except to learn the dialect.
    if (this.#dialect !== undefined) return this.#configure(this.#dialect, false);
    this.#guessAtMs = nowMs + GUESS_AFTER_MS;
    return [];
  }

  wake(nowMs: number): readonly ProviderFrame[] {
    return (this.#guessAtMs ?? Infinity) <= nowMs ? this.#configure('ga', true) : [];
  }

  created(session: WireSession): readonly ProviderFrame[] {
    this.#readExpiry(session);
    const detected = detectDialect(session);
    if (this.#dialect === undefined) return this.#configure(detected ?? 'ga', detected === undefined);
    if (!this.#isGuess || this.#isReady || detected === undefined) return [];
    this.#isGuess = false;
    return detected === this.#dialect ? [] : this.#configure(detected, false);
  }

  updated(session: WireSession): OpeningOutcome {
    if (this.#isReady || this.#dialect === undefined) return { type: 'none' };
    const { model, voice, audio, output_audio_format: betaFormat } = sessionSchema.parse(session);
    const format = audio?.output?.format?.type ?? betaFormat;
    if (format !== undefined && format !== 'audio/pcm' && format !== 'pcm16') {
      const message = `The provider answers in the audio format ${format}, although PCM16 was asked for.`;
      const error = { type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: true, retryable: false } as const;
      return { type: 'failed', error };
    }
    this.#isReady = true;
    this.#readExpiry(session);
    const gaVoice = audio?.output?.voice;
    const actualVoice = (typeof gaVoice === 'object' ? gaVoice.id : gaVoice) ?? voice;
    const event: SessionEvent = {
      type: 'session-ready',
      ...(model === undefined ? {} : { model }),
      ...(actualVoice === undefined ? {} : { voice: actualVoice }),
      ignored: settingsIgnoredBy(this.#dialect, this.#config),
      ...(this.#expiresAtMs === undefined ? {} : { expiresAtMs: this.#expiresAtMs }),
    };
    return { type: 'ready', dialect: this.#dialect, event };
  }

  /** The configuration was refused. Returns what is tried next, if anything is. */
  refused(): readonly ProviderFrame[] {
    return this.#isGuess && this.#dialect === 'ga' ? this.#configure('beta', false) : [];
  }

  close(): void {
    this.#guessAtMs = undefined;
  }

  #configure(dialect: OpenAIDialect, isGuess: boolean): readonly ProviderFrame[] {
    this.#dialect = dialect;
    this.#isGuess = isGuess;
    this.#guessAtMs = undefined;
    return [JSON.stringify(buildSessionUpdate(dialect, this.#config, this.#options))];
  }

  #readExpiry(session: WireSession): void {
    const { expires_at: expiresAt } = sessionSchema.parse(session);
    if (expiresAt !== undefined) this.#expiresAtMs = expiresAt * 1000;
  }
}
