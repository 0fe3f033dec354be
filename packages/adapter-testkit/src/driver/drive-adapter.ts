import type {
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  DialPlan,
  ProviderAudio,
  RealtimeAdapter,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import { pcmByteLength, silence } from '@speko/audio';
import type { ProviderSimulator, SimulatedConnection, SimulatorOutput } from '@speko/simulator-kit';
import type { TranscriptLine } from '../transcript/transcript.ts';
import { createMachine, type ProviderMachine } from './provider-machine.ts';
import { makeSessionConfig } from './session-config.ts';

/** Options of a driver. */
export interface DriveOptions<Options> {
  readonly adapter: RealtimeAdapter<Options>;
  /** The operator's options, as `parseOptions` takes them. @defaultValue `{}` */
  readonly options?: unknown;
  /** Changes to a plain session; see {@link makeSessionConfig}. */
  readonly config?: Partial<SessionConfig>;
  /** The vendor's stand-in. Needed for dialled adapters. */
  readonly simulator?: ProviderSimulator;
  /** One-way delay between adapter and simulator, milliseconds. @defaultValue 0 */
  readonly networkDelayMs?: number;
  /** How text frames reach the codec; the gateway hands over bytes. @defaultValue 'bytes' */
  readonly textFramesAs?: 'string' | 'bytes';
}

/** An event and when it happened. */
export interface TimedEvent {
  readonly atMs: number;
  readonly event: SessionEvent;
}

/** The event with this `type`. */
export type EventOfType<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** An adapter wired to its simulator in memory, on a clock that only the test moves. */
export interface AdapterDriver {
  readonly nowMs: number;
  readonly audio: ProviderAudio;
  /** Absent for in-process adapters. */
  readonly plan: DialPlan | undefined;
  /** Every event so far. */
  readonly events: readonly SessionEvent[];
  readonly timeline: readonly TimedEvent[];
  /** Everything that crossed the wire and every command, in order: a transcript of this session. */
  readonly transcript: readonly TranscriptLine[];
  /** Whether the connection is still there. An in-process engine always is, until {@link AdapterDriver.close}. */
  readonly isOpen: boolean;
  /** Wake times that were not what the contract asks for; empty for a correct adapter. */
  readonly wakeFaults: readonly string[];
  /** Moves the clock and lets everything that falls due happen in order. */
  advance(ms: number): void;
  /**
   * Moves the clock to the next event of this type, at most `limitMs`. Nothing that would follow has happened yet, so
   * that a command given now crosses with frames already under way. Looks only at events behind the last match.
   * @throws Error naming the events seen instead
   */
  until<Type extends SessionEvent['type']>(
    type: Type,
    options?: { readonly limitMs?: number; readonly where?: (event: EventOfType<Type>) => boolean },
  ): EventOfType<Type>;
  /** Hands over user audio at once, at the session's input rate. */
  append(pcm: Uint8Array): void;
  /** Hands over user audio at the pace of speech, moving the clock. @defaultValue chunks of 20 ms */
  speak(pcm: Uint8Array, options?: { readonly chunkMs?: number }): void;
  /** The same with digital silence. */
  pause(durationMs: number): void;
  /** Sends a command; what it causes is in `events` and `frames`. */
  command(command: SessionCommand): CommandOutput;
  /** Ends the connection, unless it has ended. @returns the events of the end */
  close(end?: ConnectionEnd): readonly SessionEvent[];
}

/**
 * Starts a session in memory: dials, says hello, and waits for nothing. Call `until('session-ready')` first.
 *
 * @throws AdapterError `BAD_OPTIONS` from `parseOptions` or `plan`
 * @throws Error when a dialled adapter comes without a simulator
 */
export function driveAdapter<Options>(options: DriveOptions<Options>): AdapterDriver {
  return new Driver(options);
}

interface InFlight {
  readonly atMs: number;
  readonly deliver: () => void;
}

class Driver implements AdapterDriver {
  nowMs = 0;
  readonly timeline: TimedEvent[] = [];
  readonly events: SessionEvent[] = [];
  readonly transcript: TranscriptLine[] = [];
  readonly wakeFaults: string[] = [];
  isOpen = true;
  readonly #machine: ProviderMachine;
  readonly #delayMs: number;
  readonly #textFramesAs: 'string' | 'bytes';
  #connection: SimulatedConnection | undefined;
  #inFlight: InFlight[] = [];
  #seen = 0;
  /** A machine that wants to be woken again for the same instant must not hang the test. */
  #ignoreWakeUntilMs = -1;

  constructor(options: DriveOptions<unknown>) {
    const { adapter, simulator } = options;
    const config = makeSessionConfig(adapter, options.config);
    this.#delayMs = options.networkDelayMs ?? 0;
    this.#textFramesAs = options.textFramesAs ?? 'bytes';
    this.#machine = createMachine(adapter, config, adapter.parseOptions(options.options ?? {}));
    const { plan } = this.#machine;
    if (plan === undefined) this.#emit(this.#machine.start(0));
    else if (simulator === undefined) throw new Error(`Give driveAdapter a simulator for the dialled "${adapter.id}".`);
    else this.#dial(plan, simulator);
    this.#settle();
  }

  get audio(): ProviderAudio {
    return this.#machine.audio;
  }

  get plan(): DialPlan | undefined {
    return this.#machine.plan;
  }

  advance(ms: number): void {
    this.#run(this.nowMs + ms, () => false);
  }

  until<Type extends SessionEvent['type']>(
    type: Type,
    { limitMs = 30_000, where = () => true }: { limitMs?: number; where?: (event: EventOfType<Type>) => boolean } = {},
  ): EventOfType<Type> {
    const from = this.#seen;
    let match: EventOfType<Type> | undefined;
    this.#run(this.nowMs + limitMs, () => {
      while (match === undefined && this.#seen < this.events.length) {
        const event = this.events[this.#seen++];
        if (event?.type === type && where(event as EventOfType<Type>)) match = event as EventOfType<Type>;
      }
      return match !== undefined;
    });
    if (match) return match;
    this.#seen = from;
    const seen = [...new Set(this.events.slice(from).map((event) => event.type))].join(', ') || 'nothing';
    throw new Error(`No such ${type} within ${limitMs} ms. Seen instead: ${seen}.`);
  }

  append(pcm: Uint8Array): void {
    this.#requireOpen();
    if (pcm.byteLength === 0) return;
    this.transcript.push({
      dir: 'do',
      atMs: this.nowMs,
      audioMs: (pcm.byteLength * 500) / this.audio.inputSampleRateHz,
    });
    this.#emit(this.#machine.appendAudio(pcm, this.nowMs));
    this.#settle();
  }

  speak(pcm: Uint8Array, { chunkMs = 20 }: { chunkMs?: number } = {}): void {
    const step = pcmByteLength(chunkMs, this.audio.inputSampleRateHz);
    for (let offset = 0; offset < pcm.byteLength && this.isOpen; offset += step) {
      this.append(pcm.subarray(offset, offset + step));
      this.advance(chunkMs);
    }
  }

  pause(durationMs: number): void {
    this.speak(silence(durationMs, this.audio.inputSampleRateHz));
  }

  command(command: SessionCommand): CommandOutput {
    this.#requireOpen();
    this.transcript.push({ dir: 'do', atMs: this.nowMs, command });
    const output = this.#machine.handle(command, this.nowMs);
    if (output.type === 'ok') this.#emit(output);
    this.#settle();
    return output;
  }

  close(end: ConnectionEnd = { type: 'closed', code: 1006, reason: '' }): readonly SessionEvent[] {
    if (!this.isOpen) return [];
    const events = this.#machine.close(end, this.nowMs);
    this.isOpen = false;
    this.#connection?.closed?.(this.nowMs);
    this.#inFlight = [];
    this.#emit({ events, frames: [] });
    if (this.#machine.wakeAtMs !== undefined) this.wakeFaults.push('wakeAtMs is still set after close()');
    return events;
  }

  #dial(plan: DialPlan, simulator: ProviderSimulator): void {
    const { pathname, search } = new URL(plan.url);
    const headers = Object.fromEntries(
      Object.entries(plan.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const request = { url: pathname + search, headers, protocols: plan.protocols };
    const answer = simulator.upgrade(request);
    if (answer.type === 'refuse') {
      this.close({ type: 'refused', status: answer.status, body: answer.body });
      return;
    }
    const connection = simulator.connect(request, this.nowMs);
    this.#connection = connection;
    this.#fromSimulator(connection.open(this.nowMs));
    this.#emit(this.#machine.start(this.nowMs));
  }

  /** Events first, then frames, as the gateway does. */
  #emit({ events, frames }: CodecOutput): void {
    for (const event of events) {
      this.events.push(event);
      this.timeline.push({ atMs: this.nowMs, event });
    }
    for (const frame of frames) {
      this.transcript.push({ dir: 'out', atMs: this.nowMs, frame });
      this.#send(() => this.#connection && this.#fromSimulator(this.#connection.receive(frame, this.nowMs)));
    }
  }

  #fromSimulator({ frames, end }: SimulatorOutput): void {
    for (const frame of frames) {
      this.#send(() => {
        this.transcript.push({ dir: 'in', atMs: this.nowMs, frame });
        const asBytes = typeof frame === 'string' && this.#textFramesAs === 'bytes';
        this.#emit(this.#machine.decode(asBytes ? new TextEncoder().encode(frame) : frame, this.nowMs));
      });
    }
    if (end?.type === 'drop') this.#send(() => void this.close());
    if (end?.type === 'close') {
      this.#send(() => void this.close({ type: 'closed', code: end.code, reason: end.reason }));
    }
  }

  #send(deliver: () => void): void {
    if (this.isOpen) this.#inFlight.push({ atMs: this.nowMs + this.#delayMs, deliver });
  }

  #settle(): void {
    this.#run(this.nowMs, () => false);
  }

  /** Runs what falls due until `untilMs`, one thing at a time, and stops early once `isDone`. */
  #run(untilMs: number, isDone: () => boolean): void {
    while (!isDone()) {
      const next = this.#next();
      if (next === undefined || next.atMs > untilMs) {
        this.nowMs = untilMs;
        return;
      }
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.deliver();
    }
  }

  /** The earliest of: the oldest frame under way, the machine's wake, the simulator's wake. */
  #next(): InFlight | undefined {
    if (!this.isOpen) return undefined;
    const due: InFlight[] = [];
    const [first] = this.#inFlight;
    if (first) due.push({ atMs: first.atMs, deliver: () => this.#inFlight.shift()?.deliver() });
    const { wakeAtMs } = this.#machine;
    if (wakeAtMs !== undefined && !Number.isFinite(wakeAtMs)) this.wakeFaults.push(`wakeAtMs is ${wakeAtMs}`);
    else if (wakeAtMs !== undefined) {
      due.push({ atMs: Math.max(wakeAtMs, this.#ignoreWakeUntilMs), deliver: () => this.#wakeMachine() });
    }
    const connection = this.#connection;
    if (connection?.wakeAtMs !== undefined) {
      due.push({ atMs: connection.wakeAtMs, deliver: () => this.#fromSimulator(connection.wake(this.nowMs)) });
    }
    return due.reduce<InFlight | undefined>((best, each) => (best && best.atMs <= each.atMs ? best : each), undefined);
  }

  #wakeMachine(): void {
    this.#emit(this.#machine.wake(this.nowMs));
    const { wakeAtMs } = this.#machine;
    if (wakeAtMs === undefined || wakeAtMs > this.nowMs) return;
    this.wakeFaults.push(`wake(${this.nowMs}) left wakeAtMs at ${wakeAtMs}: it must be cleared or lie in the future`);
    this.#ignoreWakeUntilMs = this.nowMs + 1;
  }

  #requireOpen(): void {
    if (!this.isOpen) throw new Error('The provider connection has ended; nothing can be sent on it.');
  }
}
