import type { CodecDraft } from '@speko/adapter-kit';

/** The vendor ends sessions after 120 minutes; a new connection made a little earlier is made between two turns. */
const ANNOUNCED_AFTER_MS = 115 * 60_000;
const TIME_LEFT_MS = 5 * 60_000;

/** Announces the end that the vendor's maximum duration brings and the vendor itself does not announce. */
export class SessionLimit {
  #announceAtMs: number | undefined;

  get announceAtMs(): number | undefined {
    return this.#announceAtMs;
  }

  begin(nowMs: number): void {
    this.#announceAtMs = nowMs + ANNOUNCED_AFTER_MS;
  }

  announce(draft: CodecDraft): void {
    this.#announceAtMs = undefined;
    draft.events.push({ type: 'go-away', timeLeftMs: TIME_LEFT_MS });
  }

  stop(): void {
    this.#announceAtMs = undefined;
  }
}
