import type { SessionFrame } from '@speko/client-node';

/** One thing that happened in a call. */
export interface LogEntry {
  /** Since the call was asked for, milliseconds. */
  readonly atMs: number;
  readonly event: CallEvent;
}

/** A frame of the session, or something the demo itself did or measured. */
export type CallEvent =
  | Exclude<SessionFrame, { type: 'audio' }>
  /** `pcm` is kept elsewhere. */
  | { readonly type: 'audio'; readonly turn: string | undefined; readonly durationMs: number }
  | { readonly type: 'play'; readonly label: string }
  | { readonly type: 'speech-end' }
  /** The first audio after the caller fell silent, this much later. */
  | { readonly type: 'first-audio'; readonly afterMs: number }
  | { readonly type: 'cut'; readonly heardMs: number };

/** Everything that happened in a call, and a way to wait for what has not happened yet. */
export class CallLog {
  readonly entries: LogEntry[] = [];
  readonly #startedAtMs = performance.now();
  readonly #onEntry: (entry: LogEntry) => void;
  #recheck: (() => void) | undefined;

  constructor(onEntry: (entry: LogEntry) => void) {
    this.#onEntry = onEntry;
  }

  get nowMs(): number {
    return performance.now() - this.#startedAtMs;
  }

  add(event: CallEvent): void {
    const entry = { atMs: this.nowMs, event };
    this.entries.push(entry);
    this.#onEntry(entry);
    this.#recheck?.();
  }

  /** Events of one kind, oldest first. */
  ofType<Type extends CallEvent['type']>(type: Type): readonly Extract<CallEvent, { type: Type }>[] {
    return this.entries.flatMap(({ event }) =>
      event.type === type ? [event as Extract<CallEvent, { type: Type }>] : [],
    );
  }

  get isOver(): boolean {
    return this.entries.some(({ event }) => event.type === 'close');
  }

  /** Waits until something is so. @returns false when the call or the time is over first */
  async until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isSo()) return true;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), timeoutMs);
        this.#recheck = () => {
          if (isSo()) resolve(true);
          else if (this.isOver) resolve(false);
        };
        this.#recheck();
      });
    } finally {
      clearTimeout(timer);
      this.#recheck = undefined;
    }
  }
}
