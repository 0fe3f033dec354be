import type { TokenUsage } from '@speko/adapter';
import type { TimeToFirstAudio, UsageSums } from '@speko/protocol';

/** Waits behind the quantiles: more than the turns of a long session. */
const MAX_WAITS = 1000;

/** Consumption of a session: tokens, audio each way, and each turn's wait for its first audio. */
export class SessionMeter {
  readonly #usage = {
    responses: 0,
    inputAudioTokens: 0,
    outputAudioTokens: 0,
    inputTextTokens: 0,
    outputTextTokens: 0,
    cachedTokens: 0,
  };
  readonly #onFirstAudio: (waitMs: number) => void;
  /** Of the latest turns; each overwrites the oldest. */
  readonly #waitsMs: number[] = [];
  #waits = 0;
  #askedAtMs: number | undefined;
  inputAudioMs = 0;
  outputAudioMs = 0;

  constructor(onFirstAudio: (waitMs: number) => void = () => {}) {
    this.#onFirstAudio = onFirstAudio;
  }

  /** @param isOfResponse - `false` for tokens that the vendor bills apart from its responses. */
  addUsage(usage: TokenUsage, isOfResponse: boolean): void {
    if (isOfResponse) this.#usage.responses += 1;
    this.#usage.inputAudioTokens += usage.inputAudioTokens;
    this.#usage.outputAudioTokens += usage.outputAudioTokens;
    this.#usage.inputTextTokens += usage.inputTextTokens;
    this.#usage.outputTextTokens += usage.outputTextTokens;
    this.#usage.cachedTokens += usage.cachedTokens;
  }

  /** The user's turn ended: the wait for an answer begins. The latest end counts. */
  turnEnded(nowMs: number): void {
    this.#askedAtMs = nowMs;
  }

  /** First audio of an answer. */
  audioStarted(nowMs: number): void {
    if (this.#askedAtMs === undefined) return;
    const waitMs = nowMs - this.#askedAtMs;
    this.#askedAtMs = undefined;
    this.#waitsMs[this.#waits % MAX_WAITS] = waitMs;
    this.#waits += 1;
    this.#onFirstAudio(waitMs);
  }

  get usage(): UsageSums {
    return { ...this.#usage };
  }

  get timeToFirstAudio(): TimeToFirstAudio {
    const sorted = this.#waitsMs.toSorted((a, b) => a - b);
    return { count: this.#waits, medianMs: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95) };
  }
}

function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.ceil(sorted.length * share) - 1];
  return value === undefined ? null : Math.round(value);
}
