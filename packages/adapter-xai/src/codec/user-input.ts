import type { ProviderFrame } from '@speko/adapter';
import { type CodecDraft, pushMessage } from '@speko/adapter-kit';
import { appendAudioMessage } from '@speko/adapter-kit/openai-dialect';
import { pcmByteLength, silence } from '@speko/audio';
import type { XaiClientEvent } from '../xai-client-events.ts';

/** Less is not worth a commit, and refused by others of this dialect. */
const MIN_COMMIT_MS = 100;
/** A vendor that never confirms commits is not waited for by more. */
const MAX_UNCONFIRMED_COMMITS = 256;
/** Long enough to be heard as a frame, short enough for the vendor's detector. */
const SILENCE_FRAME_MS = 100;
/** Beyond the silence that ends a turn, for the detector's own grain. */
const SILENCE_MARGIN_MS = 300;

/** The user's audio on its way to the vendor, and how a turn of it is ended. */
export class UserInput {
  readonly #sampleRateHz: number;
  readonly #silenceDurationMs: number;
  /** Commits of ours that are not confirmed, oldest first. */
  readonly #unconfirmed: string[] = [];
  #commitCount = 0;
  #uncommittedBytes = 0;

  /** @param silenceDurationMs - silence after which the vendor's own detection ends a turn */
  constructor(sampleRateHz: number, silenceDurationMs: number) {
    this.#sampleRateHz = sampleRateHz;
    this.#silenceDurationMs = silenceDurationMs;
  }

  append(pcm: Uint8Array): readonly ProviderFrame[] {
    this.#uncommittedBytes += pcm.byteLength;
    return [appendAudioMessage(pcm)];
  }

  clear(draft: CodecDraft): void {
    this.#uncommittedBytes = 0;
    pushMessage<XaiClientEvent>(draft, { type: 'input_audio_buffer.clear' });
  }

  /** Ends the turn by hand. @returns the id of the commit; `undefined` where there is nothing to commit */
  commit(draft: CodecDraft): string | undefined {
    const missingBytes = pcmByteLength(MIN_COMMIT_MS, this.#sampleRateHz) - this.#uncommittedBytes;
    if (this.#uncommittedBytes === 0) return undefined;
    if (missingBytes > 0) draft.frames.push(appendAudioMessage(new Uint8Array(missingBytes)));
    this.#uncommittedBytes = 0;
    this.#commitCount += 1;
    const eventId = `commit-${this.#commitCount}`;
    this.#unconfirmed.push(eventId);
    if (this.#unconfirmed.length > MAX_UNCONFIRMED_COMMITS) this.#unconfirmed.shift();
    pushMessage<XaiClientEvent>(draft, { type: 'input_audio_buffer.commit', event_id: eventId });
    return eventId;
  }

  /** Ends the turn by the silence that the vendor's own detection waits for. */
  endBySilence(draft: CodecDraft): void {
    if (this.#uncommittedBytes === 0) return;
    this.#uncommittedBytes = 0;
    const frame = appendAudioMessage(silence(SILENCE_FRAME_MS, this.#sampleRateHz));
    const silenceMs = this.#silenceDurationMs + SILENCE_MARGIN_MS;
    for (let sentMs = 0; sentMs < silenceMs; sentMs += SILENCE_FRAME_MS) draft.frames.push(frame);
  }

  /** The vendor has committed a turn. @returns the id of our commit that it confirms, if it was ours */
  confirmed(isByVendor: boolean): string | undefined {
    if (isByVendor) this.#uncommittedBytes = 0;
    return this.#unconfirmed.shift();
  }
}
