/** How long one answer took: from the end of the user's turn to its first sound. Times since the call was started. */
export interface Latency {
  /** The turn that answered, where it is known. */
  readonly turn: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Measures the time to first audio of each answer. */
export interface LatencyMeter {
  /** The user speaks on: what was being waited for is not an answer to this. */
  userStarted(): void;
  /** The user's turn is over: silence was detected, the button released, a message sent. */
  userEnded(atMs: number): void;
  /** The assistant is heard. Only the first sound after the end of a turn counts. */
  assistantHeard(atMs: number, turn: string | undefined): void;
  list(): readonly Latency[];
}

export function createLatencyMeter(): LatencyMeter {
  let endedAtMs: number | undefined;
  let latencies: readonly Latency[] = [];
  return {
    userStarted() {
      endedAtMs = undefined;
    },
    userEnded(atMs) {
      endedAtMs = atMs;
    },
    assistantHeard(atMs, turn) {
      if (endedAtMs !== undefined) latencies = [...latencies, { turn, fromMs: endedAtMs, toMs: atMs }];
      endedAtMs = undefined;
    },
    list: () => latencies,
  };
}

/** The middle value; of an even number the lower of the two, so that it is one that was measured. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
