import type { SessionEvent } from '@speko/adapter';
import { createIdMinter, RecentIds, RecentMap } from '@speko/adapter-kit';

/** Turns whose words are waited for, where the client ends them. */
const MAX_UNNUMBERED = 256;

interface OpenTurn {
  readonly turnId: string;
  readonly isSpeaking: boolean;
}

/**
 * The user's turns, which Brook calls lines and numbers: what was heard of a line may come long after the next one has
 * begun, so each is kept under its number until its words are sure. With turns that the client ends a line is numbered
 * only when its words come; the turn that waits longest is then the one that is meant.
 */
export class BrookLines {
  readonly #mint = createIdMinter('turn');
  readonly #turnDetection: 'auto' | 'manual';
  readonly #turnIds = new RecentMap<number, string>();
  /** Lines whose words are sure, or are not wanted. */
  readonly #finished = new RecentIds<number>();
  /** Turns that ended before their line was known. */
  readonly #unnumbered: string[] = [];
  #open: OpenTurn | undefined;
  #openLine: number | undefined;

  constructor(turnDetection: 'auto' | 'manual') {
    this.#turnDetection = turnDetection;
  }

  /** The vendor hears the user; a line that is still open ends. */
  speechStart(line: number): SessionEvent[] {
    if (this.#open !== undefined && line === this.#openLine) return [];
    const events = this.#open === undefined ? [] : this.#close();
    const turnId = this.#mint();
    this.#open = { turnId, isSpeaking: true };
    this.#openLine = line;
    this.#turnIds.set(line, turnId);
    return [...events, { type: 'speech-start', turnId }];
  }

  /** The line has ended, and with it the turn. */
  speechEnd(line: number): SessionEvent[] {
    return this.#open !== undefined && line === this.#openLine ? this.#close() : [];
  }

  /** The client has ended the turn. */
  commit(): SessionEvent[] {
    this.#open ??= { turnId: this.#mint(), isSpeaking: false };
    if (this.#openLine === undefined) this.#unnumbered.push(this.#open.turnId);
    if (this.#unnumbered.length > MAX_UNNUMBERED) this.#unnumbered.shift();
    return this.#close();
  }

  /** Words of the whole line so far. Those of a line that was dropped, or was sure before, are ignored. */
  heard(line: number, words: string, isSure: boolean): SessionEvent[] {
    if (this.#finished.has(line)) return [];
    const turnId = this.#turnIds.get(line) ?? this.#number(line);
    if (turnId === undefined) return [];
    if (!isSure) return [{ type: 'transcript-replace', role: 'user', turnId, text: words }];
    this.#finished.add(line);
    return [{ type: 'transcript-end', role: 'user', turnId, text: words }];
  }

  /** What was said and has not ended is forgotten. */
  drop(): SessionEvent[] {
    const open = this.#open;
    if (this.#openLine !== undefined) this.#finished.add(this.#openLine);
    this.#open = undefined;
    this.#openLine = undefined;
    return open?.isSpeaking === true ? [{ type: 'speech-end', turnId: open.turnId }] : [];
  }

  /** The turn that this line must be, where the client ends turns. */
  #number(line: number): string | undefined {
    if (this.#turnDetection === 'auto' || this.#openLine !== undefined) return undefined;
    let turnId = this.#unnumbered.shift();
    if (turnId === undefined) {
      this.#open = { turnId: this.#mint(), isSpeaking: false };
      this.#openLine = line;
      turnId = this.#open.turnId;
    }
    this.#turnIds.set(line, turnId);
    return turnId;
  }

  #close(): SessionEvent[] {
    const open = this.#open;
    if (open === undefined) return [];
    this.#open = undefined;
    this.#openLine = undefined;
    const { turnId } = open;
    return [...(open.isSpeaking ? [{ type: 'speech-end' as const, turnId }] : []), { type: 'input-commit', turnId }];
  }
}
