import { LIMITS, type TranscriptEntry } from '@speko/protocol';
import { TokenBucket } from '../token-bucket.ts';
import type { ConversationPort } from './conversation-port.ts';

/** Before an event that a text must not trail, so much of a turn may be shown beyond its rate, bytes. */
const BOUNDARY_BURST_BYTES = 524_288;

/** A turn whose text grows. */
export interface GrowingTurn {
  readonly role: TranscriptEntry['role'];
  /** The id on the wire. */
  readonly name: string;
  /** Session time at which it was spoken, where known. */
  readonly startMs: number | undefined;
  /** The whole text so far; asked for only when it is shown. */
  text(): string;
}

/**
 * Shows the texts of turns while they grow. Each partial holds the whole text, so that one for each piece of a long
 * answer would cost the square of its length: they come the more rarely the longer it gets, and what came meanwhile
 * is shown with the next one, or before an event that it must not trail.
 * @see PROTOCOL.md rules TR1 and TR7
 */
export class PartialTranscripts {
  readonly #port: ConversationPort;
  readonly #sinceStartMs: (nowMs: number) => number;
  readonly #paces = new WeakMap<GrowingTurn, Pace>();
  /** Turns with more text than was shown. */
  readonly #pending = new Set<GrowingTurn>();

  constructor(port: ConversationPort, sinceStartMs: (nowMs: number) => number) {
    this.#port = port;
    this.#sinceStartMs = sinceStartMs;
  }

  /** The text of a turn is another than before. */
  changed(turn: GrowingTurn, nowMs: number): void {
    const pace = this.#paces.get(turn);
    if (pace === undefined || pace.nextAtMs <= nowMs) this.#show(turn, pace ?? this.#newPace(turn, nowMs), nowMs);
    else this.#pending.add(turn);
  }

  /** Whether anything of the turn was shown. */
  hasShown(turn: GrowingTurn): boolean {
    return this.#paces.get(turn)?.hasShown === true;
  }

  /** Something happens that all texts so far come before. */
  flushAll(nowMs: number): void {
    for (const turn of this.#pending) this.flush(turn, nowMs);
  }

  /** The same for one turn. */
  flush(turn: GrowingTurn, nowMs: number): void {
    const pace = this.#paces.get(turn);
    if (pace === undefined || !this.#pending.has(turn) || pace.boundary.waitMs(nowMs) > 0) return;
    pace.boundary.take(this.#show(turn, pace, nowMs), nowMs);
  }

  /** The turn has its final text, or none. */
  forget(turn: GrowingTurn): void {
    this.#pending.delete(turn);
  }

  /** When {@link PartialTranscripts.wake} has something to do. */
  get wakeAtMs(): number | undefined {
    let dueAtMs: number | undefined;
    for (const turn of this.#pending) {
      const { nextAtMs } = this.#paces.get(turn) ?? { nextAtMs: 0 };
      if (dueAtMs === undefined || nextAtMs < dueAtMs) dueAtMs = nextAtMs;
    }
    return dueAtMs;
  }

  wake(nowMs: number): void {
    for (const turn of this.#pending) {
      const pace = this.#paces.get(turn);
      if (pace !== undefined && pace.nextAtMs <= nowMs) this.#show(turn, pace, nowMs);
    }
  }

  #newPace(turn: GrowingTurn, nowMs: number): Pace {
    const boundary = new TokenBucket({ perSecond: LIMITS.partialBytesPerSecond, burst: BOUNDARY_BURST_BYTES }, nowMs);
    const pace: Pace = { shown: '', hasShown: false, nextAtMs: nowMs, boundary };
    this.#paces.set(turn, pace);
    return pace;
  }

  /** Returns the bytes that were shown. */
  #show(turn: GrowingTurn, pace: Pace, nowMs: number): number {
    this.#pending.delete(turn);
    const { role, name, startMs } = turn;
    const text = wellFormed(turn.text());
    const delta = text.startsWith(pace.shown) ? text.slice(pace.shown.length) : undefined;
    if (delta === '') return 0;
    const bytes = Buffer.byteLength(text);
    pace.shown = text;
    pace.hasShown = true;
    pace.nextAtMs = nowMs + Math.max(LIMITS.partialIntervalMs, (bytes * 1000) / LIMITS.partialBytesPerSecond);
    this.#port.frame({
      t: 'transcript',
      role,
      text,
      final: false,
      ...(delta === undefined ? {} : { delta }),
      turn: name,
      ...(startMs === undefined ? {} : { startMs }),
    });
    const atMs = this.#sinceStartMs(nowMs);
    const entry = { turn: name, role, text, interrupted: false, startMs: startMs ?? null, atMs };
    this.#port.transcript(entry, false);
    return bytes;
  }
}

/** Vendors cut their pieces anywhere: the other half of the last character may come with the next one. */
function wellFormed(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text).toWellFormed();
}

interface Pace {
  /** The text of the latest partial. */
  shown: string;
  hasShown: boolean;
  nextAtMs: number;
  readonly boundary: TokenBucket;
}
