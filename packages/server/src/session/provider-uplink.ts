import type { SessionCommand } from '@speko/adapter';
import type { CommandResult, ProviderLink } from '../upstream/connection/provider-link.ts';
import type { AudioPath } from './audio-path.ts';

/** Commands are few and small: a provider that leaves so much more than its audio bound unread has stopped. */
const COMMAND_BACKLOG_FACTOR = 4;

/** What a provider may leave unread: audio that it takes too slowly is dropped, and one that takes nothing has stopped. */
export class ProviderUplink {
  readonly #options: ProviderUplinkOptions;
  #isDropping = false;

  constructor(options: ProviderUplinkOptions) {
    this.#options = options;
  }

  /** User audio at the client's rate. */
  audio(pcm: Uint8Array): void {
    const { link, path, maxBytes, onDropping } = this.#options;
    if (link.bufferedBytes > maxBytes) {
      if (!this.#isDropping) onDropping();
      this.#isDropping = true;
      return;
    }
    this.#isDropping = false;
    const converted = path.toProvider(pcm);
    if (converted.byteLength > 0) link.appendAudio(converted);
  }

  /** A command, in order with the audio. */
  send(command: SessionCommand): CommandResult | { readonly type: 'stopped' } {
    const { link, path, maxBytes } = this.#options;
    if (link.bufferedBytes > maxBytes * COMMAND_BACKLOG_FACTOR) return { type: 'stopped' };
    if (command.type === 'audio-commit') {
      const rest = path.endOfTurn();
      if (rest.byteLength > 0) link.appendAudio(rest);
    }
    const result = link.send(command);
    if (result.type === 'ok' && command.type === 'audio-clear') path.clearTurn();
    return result;
  }
}

export interface ProviderUplinkOptions {
  readonly link: ProviderLink;
  readonly path: AudioPath;
  /** Unsent bytes at which user audio is dropped. */
  readonly maxBytes: number;
  /** Audio is dropped from now on; called again after it was taken in between. */
  readonly onDropping: () => void;
}
