import type { SessionNotice } from '../session/notice-bus.ts';

const MAX_NOTICES = 1_000;
/** Text of transcripts, UTF-16 code units. */
const MAX_TEXT_CHARS = 1_048_576;

/**
 * What happens in a session before its reader has been told what was. Partials are cumulative, so the newest of a turn
 * stands for those before it, and a final for all of them; nothing else is left out. What is more than 1,000 notices or
 * 1 MiB of text is not kept: the reader has to begin anew.
 */
export class EarlyNotices {
  /** By turn for partials, by number for all others; in order. */
  readonly #notices = new Map<string | number, SessionNotice>();
  #textChars = 0;
  #count = 0;
  #isOverrun = false;

  /** There was more than can be kept, so nothing is. */
  get isOverrun(): boolean {
    return this.#isOverrun;
  }

  push(notice: SessionNotice): void {
    if (this.#isOverrun) return;
    if (notice.type === 'transcript') {
      const turn = `${notice.entry.role} ${notice.entry.turn}`;
      this.#forget(turn);
      this.#add(notice.final ? this.#count++ : turn, notice);
    } else {
      this.#add(this.#count++, notice);
    }
    if (this.#notices.size > MAX_NOTICES || this.#textChars > MAX_TEXT_CHARS) {
      this.#isOverrun = true;
      this.#notices.clear();
    }
  }

  /** All of them in order, once. */
  take(): readonly SessionNotice[] {
    const notices = [...this.#notices.values()];
    this.#notices.clear();
    this.#textChars = 0;
    return notices;
  }

  #add(key: string | number, notice: SessionNotice): void {
    this.#notices.set(key, notice);
    this.#textChars += textChars(notice);
  }

  #forget(turn: string): void {
    const before = this.#notices.get(turn);
    if (before === undefined) return;
    this.#notices.delete(turn);
    this.#textChars -= textChars(before);
  }
}

function textChars(notice: SessionNotice): number {
  return notice.type === 'transcript' ? notice.entry.text.length : 0;
}
