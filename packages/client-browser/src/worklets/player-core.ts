import type { PlayerEvent, RenderedTurn } from './player-messages.ts';
import { createResampler } from './resampler.ts';

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
  push(id: string, samples: Int16Array): void;
  /** No more audio of this turn will come. */
  end(id: string): void;
  /** Drops everything; what sounds now fades out over the next 5 ms, which are counted already. */
  flush(): RenderedTurn[];
  /** Fills the whole block. */
  render(output: Float32Array): void;
}

interface Turn {
  readonly id: string;
  readonly pieces: Int16Array[];
  rendered: number;
  queued: number;
  ended: boolean;
  /** Something of it was left out because the queue was full. */
  full: boolean;
  /** When the first audio came that it is waiting with. */
  since: number | undefined;
}

const LONGEST_QUEUE_S = 600;
const FIRST_BYTE_PATIENCE_MS = 100;
const LONGEST_REFILL_MS = 300;
const UNDERRUN_RAMP_MS = 3;
const FLUSH_RAMP_MS = 5;
const LEVEL_EVERY_MS = 50;
/** Playback without an underrun after which one doubling of the refill is undone, in milliseconds. */
const CLEAN_MS = 10_000;

export function createPlayerCore({ sampleRate, contextRate, prebufferMs, emit }: PlayerCoreOptions): PlayerCore {
  const inFrames = (ms: number): number => Math.round((ms * sampleRate) / 1000);
  const ramp = inFrames(UNDERRUN_RAMP_MS);
  const resampler = createResampler(sampleRate, contextRate);
  let scratch = new Float32Array(256);
  let clock = 0;
  let turns: Turn[] = [];
  let queued = 0;
  /** Rest of a fade-out. */
  let tail = new Float32Array(0);

  // Of the first turn, the one that sounds or waits:
  let isPlaying = false;
  /** Samples of its first piece that have been rendered. */
  let offset = 0;
  /** Samples that must be queued before it plays, unless `patience` has passed since its first audio came. */
  let need = 0;
  let patience = 0;
  /** Samples that are left of a fade-in. */
  let fadeIn = 0;
  let stalledAt: number | undefined;

  let doublings = 0;
  let cleanFrames = 0;
  let underruns = 0;
  let underrunFrames = 0;
  let squares = 0;
  let measured = 0;
  let wasSilent = true;

  nextTurn();

  return {
    push(id, samples) {
      let turn = turns.at(-1);
      if (turn?.id !== id) {
        if (turn) turn.ended = true;
        turn = { id, pieces: [], rendered: 0, queued: 0, ended: false, full: false, since: undefined };
        turns.push(turn);
      }
      // Once something is left out, so is the rest of the turn: a hole in mid-answer would be worse than an early end.
      if (turn.full) return;
      const { length } = samples;
      if (queued + length > LONGEST_QUEUE_S * sampleRate) {
        turn.full = true;
        emit({ type: 'overflow' });
        return;
      }
      if (length) turn.pieces.push(samples);
      turn.queued += length;
      queued += length;
      turn.since ??= clock;
    },
    end(id) {
      for (const turn of turns) if (turn.id === id) turn.ended = true;
    },
    flush() {
      const [first] = turns;
      if (first && isPlaying) {
        tail = new Float32Array(Math.min(inFrames(FLUSH_RAMP_MS), first.queued));
        take(first, tail);
        fadeOut(tail);
      }
      const cut = turns.map(toRendered);
      turns = [];
      queued = 0;
      nextTurn();
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

  function nextTurn(): void {
    isPlaying = false;
    offset = fadeIn = 0;
    need = inFrames(prebufferMs);
    patience = inFrames(FIRST_BYTE_PATIENCE_MS);
    stalledAt = undefined;
  }

  function fill(block: Float32Array): void {
    block.fill(0);
    let at = Math.min(tail.length, block.length);
    block.set(tail.subarray(0, at));
    tail = tail.subarray(at);
    for (let turn = turns[0]; turn && at < block.length && mayPlay(turn); turn = turns[0]) {
      const room = block.length - at;
      // Running dry is seen one ramp ahead, while there is still something to fade out; the rest waits for more.
      const isDry = !turn.ended && turn.queued < room + ramp;
      const part = block.subarray(at, at + Math.min(room, turn.queued));
      take(turn, part);
      at += part.length;
      if (isDry) {
        fadeOut(part.subarray(-ramp));
        stall(turn, clock + at);
        break;
      }
      if (turn.ended && !turn.queued) {
        turns.shift();
        nextTurn();
        emit({ type: 'played', ...toRendered(turn) });
      }
    }
    clock += block.length;
    measure(block);
  }

  function mayPlay(turn: Turn): boolean {
    if (isPlaying) return true;
    if (!turn.ended && turn.queued < need && !(clock - (turn.since ?? clock) >= patience)) return false;
    isPlaying = true;
    if (stalledAt === undefined) emit({ type: 'started', turn: turn.id });
    else underrunFrames += clock - stalledAt;
    return true;
  }

  function stall(turn: Turn, at: number): void {
    underruns++;
    cleanFrames = 0;
    isPlaying = false;
    need = inFrames(Math.min(prebufferMs * 2 ** ++doublings, LONGEST_REFILL_MS));
    patience = Math.max(need, inFrames(FIRST_BYTE_PATIENCE_MS));
    turn.since = undefined;
    fadeIn = ramp;
    stalledAt = at;
  }

  /** Moves samples of the first turn into a block that they fill. */
  function take(turn: Turn, target: Float32Array): void {
    for (let at = 0; at < target.length; at++) {
      const piece = turn.pieces[0] as Int16Array;
      target[at] = ((piece[offset++] as number) / 32_768) * (fadeIn ? 1 - fadeIn-- / ramp : 1);
      if (offset >= piece.length) {
        turn.pieces.shift();
        offset = 0;
      }
    }
    turn.rendered += target.length;
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
    if (squares || !wasSilent) {
      const underrunMs = Math.round((underrunFrames * 1000) / sampleRate);
      emit({ type: 'level', rms: Math.sqrt(squares / measured), underruns, underrunMs });
    }
    wasSilent = !squares;
    squares = measured = 0;
  }
}

function toRendered({ id, rendered }: Turn): RenderedTurn {
  return { turn: id, frames: rendered };
}

function fadeOut(samples: Float32Array): void {
  samples.forEach((sample, index) => (samples[index] = sample * (1 - (index + 1) / samples.length)));
}
