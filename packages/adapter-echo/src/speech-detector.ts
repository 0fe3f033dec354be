const FRAME_MS = 10;
/** Voiced frames, less the unvoiced ones between them, that make speech: a click is shorter. */
const ONSET_FRAMES = 5;
const START_ABOVE_FLOOR_DB = 12;
const STOP_ABOVE_FLOOR_DB = 8;
/** Quieter than this is never speech, however silent the room. */
const MIN_START_DBFS = -50;
const MIN_STOP_DBFS = -55;
/** Below this the floor does not follow, so that digital silence does not make it deaf to noise. */
const LOWEST_FLOOR_DBFS = -75;
/** Speech pauses pull the floor down at once; noise that stays pushes it up slowly. */
const FLOOR_FALL_PER_FRAME = 0.3;
const FLOOR_RISE_DB_PER_FRAME = 0.05;
const FLOOR_RISE_SPEAKING_DB_PER_FRAME = 0.01;

/** Speech began or ended at this position, in samples since the first one. */
export interface SpeechEdge {
  readonly type: 'start' | 'end';
  readonly atSample: number;
}

export interface SpeechDetectorOptions {
  readonly sampleRateHz: number;
  readonly hangoverMs: number;
}

/**
 * Tells speech from silence by its level, on the clock of the audio itself: how fast the samples come in makes no
 * difference. The level of 10 ms frames (without direct current) is held against a noise floor that adapts.
 */
export class SpeechDetector {
  readonly #frameSamples: number;
  readonly #hangoverSamples: number;
  #floorDbfs = -60;
  #position = 0;
  #sum = 0;
  #sumOfSquares = 0;
  #onset = 0;
  #onsetAtSample = 0;
  #isSpeaking = false;
  #lastVoicedSample = 0;

  constructor({ sampleRateHz, hangoverMs }: SpeechDetectorOptions) {
    this.#frameSamples = (sampleRateHz * FRAME_MS) / 1000;
    this.#hangoverSamples = (sampleRateHz * hangoverMs) / 1000;
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** Samples taken in so far. */
  get position(): number {
    return this.#position;
  }

  /** Takes the next samples. @returns the edges inside them, in order; the same empty array when there are none */
  push(samples: Int16Array): readonly SpeechEdge[] {
    let edges = NO_EDGES;
    for (let index = 0; index < samples.length;) {
      const missing = this.#frameSamples - (this.#position % this.#frameSamples);
      const end = Math.min(samples.length, index + missing);
      for (let at = index; at < end; at++) {
        const sample = samples[at] ?? 0;
        this.#sum += sample;
        this.#sumOfSquares += sample * sample;
      }
      this.#position += end - index;
      index = end;
      if (this.#position % this.#frameSamples !== 0) break;
      const edge = this.#endFrame();
      if (edge) edges = [...edges, edge];
    }
    return edges;
  }

  /** Forgets speech under way, without an edge. The noise floor stays known. */
  stop(): void {
    this.#isSpeaking = false;
    this.#onset = 0;
  }

  #endFrame(): SpeechEdge | undefined {
    const mean = this.#sum / this.#frameSamples;
    const power = this.#sumOfSquares / this.#frameSamples - mean * mean;
    this.#sum = 0;
    this.#sumOfSquares = 0;
    const levelDbfs = power > 0 ? 10 * Math.log10(power) - FULL_SCALE_DB : -96;
    const edge = this.#isSpeaking ? this.#whileSpeaking(levelDbfs) : this.#whileSilent(levelDbfs);
    this.#adaptFloor(levelDbfs);
    return edge;
  }

  #whileSilent(levelDbfs: number): SpeechEdge | undefined {
    if (levelDbfs <= Math.max(MIN_START_DBFS, this.#floorDbfs + START_ABOVE_FLOOR_DB)) {
      this.#onset = Math.max(0, this.#onset - 1);
      return undefined;
    }
    if (this.#onset === 0) this.#onsetAtSample = this.#position - this.#frameSamples;
    this.#onset += 1;
    if (this.#onset < ONSET_FRAMES) return undefined;
    this.#onset = 0;
    this.#isSpeaking = true;
    this.#lastVoicedSample = this.#position;
    return { type: 'start', atSample: this.#onsetAtSample };
  }

  #whileSpeaking(levelDbfs: number): SpeechEdge | undefined {
    if (levelDbfs > Math.max(MIN_STOP_DBFS, this.#floorDbfs + STOP_ABOVE_FLOOR_DB)) {
      this.#lastVoicedSample = this.#position;
      return undefined;
    }
    if (this.#position - this.#lastVoicedSample < this.#hangoverSamples) return undefined;
    this.#isSpeaking = false;
    return { type: 'end', atSample: this.#lastVoicedSample };
  }

  #adaptFloor(levelDbfs: number): void {
    const distanceDb = Math.max(LOWEST_FLOOR_DBFS, levelDbfs) - this.#floorDbfs;
    if (distanceDb < 0) this.#floorDbfs += distanceDb * FLOOR_FALL_PER_FRAME;
    else {
      const riseDb = this.#isSpeaking ? FLOOR_RISE_SPEAKING_DB_PER_FRAME : FLOOR_RISE_DB_PER_FRAME;
      this.#floorDbfs += Math.min(distanceDb, riseDb);
    }
  }
}

const NO_EDGES: readonly SpeechEdge[] = [];
/** Power of a full-scale square wave of 16-bit samples, in decibels. */
const FULL_SCALE_DB = 20 * Math.log10(32_768);
