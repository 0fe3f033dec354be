import type { Clock, Timer } from '../clock.ts';
import type { SessionProgress } from '../store/store.ts';
import type { SessionMeter } from './session-meter.ts';
import type { SessionRecorder } from './session-recorder.ts';

const SAVE_INTERVAL_MS = 1000;
const DURATION_INTERVAL_MS = 30_000;

/** Brings what a session consumed so far to its record: soon after it changed, and now and then for its duration. */
export class ProgressSaver {
  readonly #options: ProgressSaverOptions;
  /** Set while something was saved a moment ago; what comes meanwhile is saved with it. */
  #savedLately: Timer | undefined;
  #hasUnsaved = false;
  #saveAgain: Timer | undefined;
  /** The latest error that the client was told of. */
  lastError: SessionProgress['lastError'];

  constructor(options: ProgressSaverOptions) {
    this.#options = options;
  }

  /** Should the process die in a long silence, half a minute of its duration is lost at most. */
  start(): void {
    this.#saveAgain = this.#options.clock.setTimer(() => {
      this.soon();
      this.start();
    }, DURATION_INTERVAL_MS);
  }

  /** At once, but not more often than once a second: a provider may end any number of responses. */
  soon(): void {
    this.#hasUnsaved = true;
    if (this.#savedLately !== undefined) return;
    this.#hasUnsaved = false;
    this.#save();
    this.#savedLately = this.#options.clock.setTimer(() => {
      this.#savedLately = undefined;
      if (this.#hasUnsaved) this.soon();
    }, SAVE_INTERVAL_MS);
  }

  /** For the last time. */
  finish(): void {
    this.#savedLately?.cancel();
    this.#saveAgain?.cancel();
    this.#save();
  }

  #save(): void {
    const { meter, recorder, durationMs } = this.#options;
    recorder.progress({
      durationMs: durationMs(),
      usage: meter.usage,
      inputAudioMs: Math.round(meter.inputAudioMs),
      outputAudioMs: Math.round(meter.outputAudioMs),
      timeToFirstAudio: meter.timeToFirstAudio,
      ...(this.lastError === undefined ? {} : { lastError: this.lastError }),
    });
  }
}

export interface ProgressSaverOptions {
  readonly clock: Clock;
  readonly meter: SessionMeter;
  readonly recorder: SessionRecorder;
  /** Of the session so far, whole milliseconds. */
  readonly durationMs: () => number;
}
