import type { ProviderFrame } from '@speko/adapter';

/**
 * A vendor's server as a pure machine: no socket, timer or randomness. `./host` puts
 * it on a real WebSocket server; tests may also step it by hand.
 */
export interface ProviderSimulator {
  /** The adapter this simulates, such as `openai`. */
  readonly id: string;
  /** Answers the upgrade request. */
  upgrade(request: SimulatedUpgrade): UpgradeAnswer;
  /** One per accepted connection. */
  connect(request: SimulatedUpgrade, nowMs: number): SimulatedConnection;
}

/** A client's upgrade request. */
export interface SimulatedUpgrade {
  /** Path and query, such as `/v1/realtime?model=gpt-realtime-2.1`. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Offered subprotocols. */
  readonly protocols: readonly string[];
}

/** Whether a connection comes about. */
export type UpgradeAnswer =
  | { readonly type: 'accept'; readonly protocol?: string }
  | { readonly type: 'refuse'; readonly status: number; readonly body: string };

/** The vendor's side of one connection. `nowMs` is a monotonic clock. */
export interface SimulatedConnection {
  /** Called once, when the socket is open. */
  open(nowMs: number): SimulatorOutput;
  /** A message of the client. */
  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput;
  /** When `wake` wants to be called. Read after every call. */
  readonly wakeAtMs: number | undefined;
  /** The time of `wakeAtMs` has come. */
  wake(nowMs: number): SimulatorOutput;
  /** Called once when the connection is gone, however it ended; for a vendor that remembers across connections. */
  closed?(nowMs: number): void;
}

/** Output of the vendor, and whether it ends the connection. */
export interface SimulatorOutput {
  /** Strings leave as text frames, bytes as binary frames. */
  readonly frames: readonly ProviderFrame[];
  /** After the frames: close the socket with this code and reason, or cut the TCP connection (`drop`). */
  readonly end?: { readonly type: 'close'; readonly code: number; readonly reason: string } | { readonly type: 'drop' };
}
