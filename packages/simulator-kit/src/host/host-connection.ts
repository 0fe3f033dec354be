import type { ProviderFrame } from '@speko/adapter';
import type { RawData, WebSocket } from 'ws';
import type { SimulatedConnection, SimulatedUpgrade, SimulatorOutput } from '../provider-simulator.ts';
import type { HostClock } from './host-clock.ts';
import type { NetworkFaults } from './network-faults.ts';

/** A frame that arrived from the client. */
export interface ReceivedFrame {
  /** Time on the host's clock, milliseconds. */
  readonly atMs: number;
  /** Text frames as strings, binary frames as bytes. */
  readonly frame: ProviderFrame;
}

/** One accepted connection of a simulator host, with the handles a test needs to misbehave on purpose. */
export interface HostConnection {
  /** The simulator behind it. */
  readonly simulatorId: string;
  /** The upgrade request as the simulator saw it. */
  readonly request: SimulatedUpgrade;
  readonly isOpen: boolean;
  /** Frames received so far. */
  readonly receivedCount: number;
  /** Frames put on the socket so far. */
  readonly sentCount: number;
  /** What arrived, oldest first; stays empty unless the host was started with `recordFrames`. */
  readonly receivedFrames: readonly ReceivedFrame[];
  /** Sends a frame of the test's own, past the simulator. Ignored once the connection is closed or stalled. */
  send(frame: ProviderFrame): void;
  /** Closes with a code and a reason of at most 123 bytes; longer ones are cut. 1005 sends no code, 1006 drops. */
  close(code?: number, reason?: string): void;
  /** Cuts the TCP connection. The client sees 1006. */
  drop(): void;
  /** Goes silent: what is due is held back, pings are neither sent nor answered, the connection stays up. */
  stall(): void;
  /** Ends a stall; what was held back is sent. */
  resume(): void;
  /** Stops reading from the socket, so that the client's own send buffer fills. `resumeReading` ends it. */
  pauseReading(): void;
  /** Ends `pauseReading`. */
  resumeReading(): void;
  /** How the client sees it end; settles when the socket is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

interface LiveConnectionOptions {
  readonly simulatorId: string;
  readonly request: SimulatedUpgrade;
  readonly socket: WebSocket;
  readonly machine: SimulatedConnection;
  readonly clock: HostClock;
  readonly faults: NetworkFaults;
  readonly pingIntervalMs: number;
  readonly recordFrames: boolean;
}

/** Drives one simulated connection: frames, wake timer, faults. Nothing runs after the socket has closed. */
export class LiveConnection implements HostConnection {
  readonly simulatorId: string;
  readonly request: SimulatedUpgrade;
  readonly receivedFrames: ReceivedFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  receivedCount = 0;
  sentCount = 0;
  readonly #socket: WebSocket;
  readonly #machine: SimulatedConnection;
  readonly #clock: HostClock;
  readonly #faults: NetworkFaults;
  readonly #pingIntervalMs: number;
  readonly #recordsFrames: boolean;
  readonly #cancels = new Set<() => void>();
  #cancelWake: (() => void) | undefined;
  #held: (() => void)[] | undefined;
  #isFinished = false;
  #isGone = false;

  constructor(options: LiveConnectionOptions) {
    this.simulatorId = options.simulatorId;
    this.request = options.request;
    this.#socket = options.socket;
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#faults = options.faults;
    this.#pingIntervalMs = options.pingIntervalMs;
    this.#recordsFrames = options.recordFrames;
    this.#socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    this.#socket.on('ping', (data) => {
      if (this.#held === undefined && this.isOpen) this.#socket.pong(data);
    });
    // A client that vanishes mid-write is part of the game; 'close' follows.
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        this.#finish();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  get isOpen(): boolean {
    return !this.#isFinished && this.#socket.readyState === this.#socket.OPEN;
  }

  /** Lets the simulator speak first. */
  open(): void {
    if (this.#faults.stallAfterFrames === 0) this.stall();
    this.#apply(this.#machine.open(this.#clock.nowMs()));
    this.#schedulePing();
  }

  send(frame: ProviderFrame): void {
    if (this.#held !== undefined) this.#held.push(() => this.#put(frame));
    else this.#put(frame);
  }

  close(code = 1000, reason = ''): void {
    if (code === 1006) return this.drop();
    if (code === 1005) this.#socket.close();
    else this.#socket.close(code, cutReason(reason));
  }

  drop(): void {
    this.#socket.terminate();
    this.#finish();
  }

  stall(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) this.#hold(run);
  }

  pauseReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    const frame: ProviderFrame = isBinary ? new Uint8Array(bytes) : bytes.toString('utf8');
    this.#after(this.#faults.frameDelayMs ?? 0, () => {
      const nowMs = this.#clock.nowMs();
      this.receivedCount += 1;
      if (this.#recordsFrames) this.receivedFrames.push({ atMs: nowMs, frame });
      this.#apply(this.#machine.receive(frame, nowMs));
    });
  }

  #apply(output: SimulatorOutput): void {
    this.#after(this.#faults.frameDelayMs ?? 0, () => this.#hold(() => this.#emit(output)));
    this.#scheduleWake();
  }

  #emit(output: SimulatorOutput): void {
    for (const [index, frame] of output.frames.entries()) {
      if (this.#held !== undefined) {
        const rest = { ...output, frames: output.frames.slice(index) };
        this.#held.push(() => this.#emit(rest));
        return;
      }
      this.#put(frame);
    }
    if (output.end?.type === 'drop') this.#hold(() => this.drop());
    if (output.end?.type === 'close') {
      const { code, reason } = output.end;
      this.#hold(() => this.close(code, reason));
    }
  }

  #put(frame: ProviderFrame): void {
    if (!this.isOpen) return;
    this.#socket.send(frame);
    this.sentCount += 1;
    if (this.sentCount === this.#faults.dropAfterFrames) this.#dropWhenFlushed();
    if (this.sentCount === this.#faults.stallAfterFrames) this.stall();
  }

  /** The counted frames still have to reach the client; only what follows is lost. */
  #dropWhenFlushed(): void {
    this.#isFinished = true;
    this.#socket.pong('', false, () => this.drop());
  }

  /** Runs now, or once the stall is over. */
  #hold(run: () => void): void {
    if (this.#held === undefined) run();
    else this.#held.push(run);
  }

  #scheduleWake(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    const wakeAtMs = this.#machine.wakeAtMs;
    if (wakeAtMs === undefined || this.#isFinished) return;
    // Timers may fire a fraction early: machines are promised that their time has come.
    this.#cancelWake = this.#clock.schedule(Math.max(0, Math.ceil(wakeAtMs - this.#clock.nowMs())), () => {
      this.#cancelWake = undefined;
      if (!this.#isFinished) this.#apply(this.#machine.wake(Math.max(wakeAtMs, this.#clock.nowMs())));
    });
  }

  #schedulePing(): void {
    if (this.#pingIntervalMs === 0) return;
    this.#after(this.#pingIntervalMs, () => {
      if (this.#held === undefined && this.isOpen) this.#socket.ping();
      this.#schedulePing();
    });
  }

  /** Equal delays keep their order: timers of one length fire first come, first served. */
  #after(delayMs: number, run: () => void): void {
    if (this.#isFinished) return;
    if (delayMs === 0) return run();
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#cancels.delete(cancel);
      if (!this.#isFinished) run();
    });
    this.#cancels.add(cancel);
  }

  #finish(): void {
    if (!this.#isGone) this.#machine.closed?.(this.#clock.nowMs());
    this.#isGone = true;
    this.#isFinished = true;
    this.#cancelWake?.();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#held = undefined;
  }
}

/** A close reason has room for 123 bytes; cutting must not leave half a character. */
function cutReason(reason: string): string {
  let cut = reason;
  while (Buffer.byteLength(cut) > 123) cut = cut.slice(0, -1);
  return cut;
}
