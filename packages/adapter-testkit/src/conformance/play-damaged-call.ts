import type { AdapterCodec, ProviderFrame, SessionEvent } from '@speko/adapter';
import { findOrderFaults } from './event-order.ts';
import { findShapeFault } from './event-shape.ts';
import { makeStrangeCommand, Random } from './fuzz.ts';

/** A call to damage, and how. */
export interface DamagedCallOptions {
  /** Fresh; it is played to its end. */
  readonly codec: AdapterCodec;
  /** All messages of the vendor in a call. */
  readonly frames: readonly ProviderFrame[];
  /** Messages that belong to no call: unknown types, missing fields, nonsense. */
  readonly strange: readonly ProviderFrame[];
  /** The same seed damages in the same way. */
  readonly seed: number;
}

/** Its outcome. */
export interface DamagedCall {
  readonly events: readonly SessionEvent[];
  /** Promises that were broken, in words; empty for a codec that survived. */
  readonly faults: readonly string[];
}

/** One frame in N is damaged. */
const DAMAGE_RATE = 6;
/** How far a frame may be moved or repeated. */
const REACH = 12;
const COMMAND_RATE = 10;
const MAX_STEP_MS = 500;

/**
 * Plays a call whose messages are reordered, repeated, cut short, lost and mixed with nonsense, with commands thrown in,
 * and ends it anywhere. Whatever comes of it, a codec must not throw, must keep the order of events, must end each of the
 * user's turns at most once, and must let nothing of a response be heard after it was interrupted, cancelled or ended.
 */
export function playDamagedCall({ codec, frames, strange, seed }: DamagedCallOptions): DamagedCall {
  const random = new Random(seed);
  const player = new DamagedPlayer(codec);
  try {
    player.play(damage(frames, strange, random), random);
  } catch (error) {
    player.faults.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return { events: player.events, faults: player.faults };
}

class DamagedPlayer {
  readonly events: SessionEvent[] = [];
  readonly faults: string[] = [];
  readonly #codec: AdapterCodec;
  /** Responses that must stay silent from here on. */
  readonly #silenced = new Set<string>();
  #ids: string[] = [];
  #isReady = false;
  #hasFailed = false;

  constructor(codec: AdapterCodec) {
    this.#codec = codec;
  }

  play(frames: readonly ProviderFrame[], random: Random): void {
    const codec = this.#codec;
    let nowMs = 0;
    this.#keep(codec.hello(nowMs).events);
    for (const frame of frames) {
      if (this.#hasFailed) break;
      nowMs += random.below(MAX_STEP_MS);
      while (codec.wakeAtMs !== undefined && codec.wakeAtMs <= nowMs) this.#keep(codec.wake(nowMs).events);
      const asBytes = typeof frame === 'string' && random.below(2) === 0;
      this.#keep(codec.decode(asBytes ? new TextEncoder().encode(frame) : frame, nowMs).events);
      if (this.#isReady && !this.#hasFailed && random.below(COMMAND_RATE) === 0) this.#command(random, nowMs);
    }
    this.#keep(codec.close({ type: 'closed', code: 1006, reason: '' }, nowMs));
    this.faults.push(...findOrderFaults(this.events, { isWhole: true }));
    this.faults.push(...this.events.flatMap((event) => findShapeFault(event) ?? []));
  }

  #command(random: Random, nowMs: number): void {
    this.#codec.appendAudio(new Uint8Array(2 + 2 * random.below(4000)), nowMs);
    const command = makeStrangeCommand(random, this.#ids.slice(-6));
    const output = this.#codec.encode(command, nowMs);
    if (output.type !== 'ok') return;
    if (command.type === 'response-cancel') this.#silenced.add(command.responseId);
    this.#keep(output.events);
  }

  #keep(events: readonly SessionEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      switch (event.type) {
        case 'session-ready':
          this.#isReady = true;
          break;
        case 'provider-error':
          this.#hasFailed ||= event.fatal;
          break;
        case 'response-start':
          this.#ids.push(event.responseId);
          break;
        case 'tool-call':
          this.#ids.push(event.callId);
          break;
        case 'audio-delta':
          if (this.#silenced.has(event.responseId)) this.faults.push(`audio of ${event.responseId} after its end`);
          break;
        case 'response-interrupt':
        case 'response-end':
          if (event.responseId !== undefined) this.#silenced.add(event.responseId);
          break;
        default:
      }
    }
  }
}

function damage(frames: readonly ProviderFrame[], strange: readonly ProviderFrame[], random: Random): ProviderFrame[] {
  const damaged = [...frames];
  for (let change = frames.length / DAMAGE_RATE; change > 0; change--) {
    const at = random.below(damaged.length);
    const frame = damaged[at] ?? '';
    const nearby = Math.max(0, at + random.below(2 * REACH) - REACH);
    switch (random.below(5)) {
      case 0:
        damaged.splice(at, 1);
        damaged.splice(nearby, 0, frame);
        break;
      case 1:
        damaged.splice(nearby, 0, frame);
        break;
      case 2:
        damaged[at] = frame.slice(0, random.below(frame.length + 1));
        break;
      case 3:
        damaged.splice(at, 1);
        break;
      default:
        damaged.splice(at, 0, strange[random.below(strange.length)] ?? '');
    }
  }
  // It may end anywhere in its second half.
  return damaged.slice(0, damaged.length - random.below(damaged.length / 2));
}
