import type { SessionConfig } from '@speko/adapter';
import type { CodecDraft } from '@speko/adapter-kit';
import type { XaiOptions } from '../xai-options.ts';
import { sessionSchema } from '../xai-wire.ts';
import { settingsIgnored, isSameVoice, requestedVoice } from './session-update.ts';

/**
 * The vendor's greeting. `session.created` and `conversation.created` come in either order, or one of them does not;
 * `session.updated` makes the session ready.
 */
export class XaiHandshake {
  readonly #config: SessionConfig;
  readonly #options: XaiOptions;
  #model: string | undefined;
  #defaultVoice: string | undefined;
  #conversationId: string | undefined;
  #hasReplayed = false;
  #isReady = false;

  constructor(config: SessionConfig, options: XaiOptions) {
    this.#config = config;
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether the vendor still knew the conversation that this session continues. */
  get isResumed(): boolean {
    const handle = this.#config.continuation?.handle;
    return handle !== undefined && (this.#hasReplayed || this.#conversationId === handle);
  }

  sessionCreated(session: Readonly<Record<string, unknown>>): void {
    const { model, voice } = sessionSchema.parse(session);
    this.#model = model;
    this.#defaultVoice = voice;
  }

  conversationCreated(id: string, draft: CodecDraft): void {
    const isNew = id !== this.#conversationId;
    this.#conversationId = id;
    if (this.#isReady && isNew) this.#tellHandle(draft);
  }

  itemReplayed(): void {
    this.#hasReplayed = true;
  }

  /** The session is configured: what answers really, as far as the vendor says it. */
  sessionUpdated(session: Readonly<Record<string, unknown>>, draft: CodecDraft): void {
    this.#isReady = true;
    const { model: updatedModel, voice: updatedVoice } = sessionSchema.parse(session);
    const model = this.#model ?? updatedModel;
    const voice = updatedVoice ?? this.#confirmedDefault();
    draft.events.push({
      type: 'session-ready',
      ...(model === undefined ? {} : { model }),
      ...(voice === undefined ? {} : { voice }),
      ignored: settingsIgnored(this.#config, updatedVoice),
    });
    this.#tellHandle(draft);
  }

  /** The voice of `session.created` is the one before ours was asked for: it says something only where it is the same. */
  #confirmedDefault(): string | undefined {
    const requested = requestedVoice(this.#config, this.#options);
    return this.#defaultVoice !== undefined && isSameVoice(this.#defaultVoice, requested)
      ? this.#defaultVoice
      : undefined;
  }

  #tellHandle(draft: CodecDraft): void {
    if (!this.#options.resumption || this.#conversationId === undefined) return;
    draft.events.push({ type: 'resumption-update', handle: this.#conversationId, resumable: true });
  }
}
