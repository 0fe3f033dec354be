import { createResampler } from './resampler.ts';
import type { PlayerEvent, RenderedTurn } from './player-messages.ts';

export interface PlayerCoreOptions {
  /** Samples per second of what is pushed. */
  readonly sampleRate: number;
  /** Samples per second of what is rendered. */
  readonly contextRate: number;
  /** Audio that must have come before a turn begins, in milliseconds. */
  readonly prebufferMs: number;
  readonly emit: (event: PlayerEvent) => void;
}

/** A queue of turns with their audio, rendered block by block. Keeps time by what it renders. */
export interface PlayerCore {
  /** Queues audio of a turn. Audio of another turn than the last one ends the last one. */
  push(turn: string, samples: Int16Array): void;
  /** No more audio of this turn will come. */
  end(turn: string): void;
  /** Drops everything; what sounds now fades out over the next 5 ms, which are counted already. */
  flush(): RenderedTurn[];
  /** Fills the whole block. */
  render(output: Float32Array): void;
}

interface Turn extends RenderedTurn {
  frames: number;
  pieces: Int16Array[];
  /** Samples of the first piece that have been rendered. */
  offset: number;
  queued: number;
  ended: boolean;
  playing: boolean;
  /** Something of it was left out because the queue was full. */
  overflowed: boolean;
  /** Samples that must be queued before it plays, unless `patience` has passed since `waitingSince`. */
  need: number;
  patience: number;
  waitingSince: number | undefined;
  /** Samples that are left of a fade-in. */
  fadeIn: number;
  /** When the audio ran out, if it did. */
  stalledAt: number | undefined;
}

const LONGEST_QUEUE_S = 600;
const FIRST_BYTE_PATIENCE_MS = 100;
const LONGEST_REFILL_MS = 300;
const UNDERRUN_RAMP_MS = 3;
const FLUSH_RAMP_MS = 5;
const LEVEL_EVERY_MS = 50;
/** Playing so long without an underrun takes back one doubling of the refill. */
const CLEAN_MS = 10_000;

export function createPlayerCore({ sampleRate, contextRate, prebufferMs, emit }: PlayerCoreOptions): PlayerCore {
  const inFrames = (ms: number): number => Math.round((ms * sampleRate) / 1000);
  const ramp = inFrames(UNDERRUN_RAMP_MS);
  const resampler = createResampler(sampleRate, contextRate);
  let scratch = new Float32Array(256);
  let turns: Turn[] = [];
  let queued = 0;
  /** What is left of a fade-out. */
  let tail = new Float32Array(0);
  let clock = 0;
  let doublings = 0;
  let cleanFrames = 0;
  let underruns = 0;
  let underrunFrames = 0;
  let squares = 0;
  let measured = 0;
  let wasSilent = true;

  return {
    push(id, samples) {
      let turn = turns.at(-1);
      if (turn?.turn !== id) {
        if (turn) turn.ended = true;
        turn = {
          turn: id,
          frames: 0,
          pieces: [],
          offset: 0,
          queued: 0,
          ended: false,
          playing: false,
          overflowed: false,
          need: inFrames(prebufferMs),
          patience: inFrames(FIRST_BYTE_PATIENCE_MS),
          waitingSince: undefined,
          fadeIn: 0,
          stalledAt: undefined,
        };
        turns.push(turn);
      }
      if (queued + samples.length > LONGEST_QUEUE_S * sampleRate && !turn.overflowed) {
        turn.overflowed = true;
        emit({ type: 'overflow' });
      }
      // A hole in mid-answer would be worse than an early end.
      if (turn.overflowed) return;
      turn.pieces.push(samples);
      turn.queued += samples.length;
      queued += samples.length;
      turn.waitingSince ??= clock;
    },
    end(id) {
      for (const turn of turns) if (turn.turn === id) turn.ended = true;
    },
    flush() {
      const first = turns[0];
      if (first?.playing) {
        tail = new Float32Array(Math.min(inFrames(FLUSH_RAMP_MS), first.queued));
        take(first, tail);
        fadeOut(tail);
      }
      const cut = turns.map(({ turn, frames }) => ({ turn, frames }));
      turns = [];
      queued = 0;
      return cut;
    },
    render(output) {
      const length = resampler.needed(output.length);
      if (scratch.length < length) scratch = new Float32Array(length);
      const input = scratch.subarray(0, length);
      fill(input);
      resampler.process(input, output);
    },
  };

  function fill(block: Float32Array): void {
    block.fill(0);
    const faded = tail.subarray(0, block.length);
    block.set(faded);
    tail = tail.subarray(faded.length);
    let at = faded.length;
    for (let turn = turns[0]; turn && at < block.length && mayPlay(turn); turn = turns[0]) {
      // Running dry is seen one ramp ahead, while there is still something to fade out; the rest waits for more.
      const isDry = !turn.ended && turn.queued < block.length - at + ramp;
      const part = block.subarray(at, at + Math.min(block.length - at, turn.queued));
      take(turn, part);
      at += part.length;
      if (isDry) {
        fadeOut(part.subarray(Math.max(0, part.length - ramp)));
        stall(turn, clock + at);
        break;
      }
      if (!turn.queued && turn.ended) {
        turns.shift();
        emit({ type: 'played', turn: turn.turn, frames: turn.frames });
      }
    }
    clock += block.length;
    measure(block);
  }

  function mayPlay(turn: Turn): boolean {
    if (turn.playing) return true;
    const isPatient = turn.waitingSince === undefined || clock - turn.waitingSince < turn.patience;
    if (!turn.ended && turn.queued < turn.need && isPatient) return false;
    turn.playing = true;
    if (turn.stalledAt !== undefined) underrunFrames += clock - turn.stalledAt;
    else emit({ type: 'started', turn: turn.turn });
    return true;
  }

  function stall(turn: Turn, at: number): void {
    underruns++;
    doublings++;
    cleanFrames = 0;
    turn.playing = false;
    turn.need = inFrames(Math.min(prebufferMs * 2 ** doublings, LONGEST_REFILL_MS));
    turn.patience = Math.max(turn.need, inFrames(FIRST_BYTE_PATIENCE_MS));
    turn.waitingSince = undefined;
    turn.fadeIn = ramp;
    turn.stalledAt = at;
  }

  /** Moves samples of a turn into a block that they fill. */
  function take(turn: Turn, target: Float32Array): void {
    let at = 0;
    while (at < target.length) {
      const piece = turn.pieces[0] as Int16Array;
      const count = Math.min(target.length - at, piece.length - turn.offset);
      for (let index = 0; index < count; index++) target[at + index] = (piece[turn.offset + index] as number) / 32_768;
      at += count;
      turn.offset += count;
      if (turn.offset === piece.length) {
        turn.pieces.shift();
        turn.offset = 0;
      }
    }
    for (let index = 0; index < target.length && turn.fadeIn > 0; index++) {
      (target[index] as number) *= 1 - turn.fadeIn-- / ramp;
    }
    turn.frames += target.length;
    turn.queued -= target.length;
    queued -= target.length;
    cleanFrames += target.length;
    if (cleanFrames >= inFrames(CLEAN_MS)) {
      cleanFrames = 0;
      doublings = Math.max(0, doublings - 1);
    }
  }

  function measure(block: Float32Array): void {
    for (const sample of block) squares += sample * sample;
    measured += block.length;
    if (measured < inFrames(LEVEL_EVERY_MS)) return;
    // Silence is reported once, not twenty times a second.
    if (squares > 0 || !wasSilent) {
      emit({
        type: 'level',
        rms: Math.sqrt(squares / measured),
        underruns,
        underrunMs: Math.round((underrunFrames * 1000) / sampleRate),
      });
    }
    wasSilent = squares === 0;
    squares = measured = 0;
  }
}

function fadeOut(samples: Float32Array): void {
  samples.forEach((sample, index) => (samples[index] = sample * (1 - (index + 1) / samples.length)));
}
