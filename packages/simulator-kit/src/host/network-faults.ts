/** Faults of the network between a gateway and a simulated vendor. Every field is optional; absent means no fault. */
export interface NetworkFaults {
  /** The upgrade request is answered this much later, milliseconds: two or three network round trips, say. */
  readonly connectDelayMs?: number;
  /** The upgrade is refused with this HTTP answer, whatever the simulator says. */
  readonly refuse?: { readonly status: number; readonly body?: string };
  /** The upgrade request is never answered; the TCP connection stays open. */
  readonly neverAnswer?: boolean;
  /** One-way delay of every frame, in both directions, milliseconds: an echo takes twice as long. */
  readonly frameDelayMs?: number;
  /** The TCP connection is cut, without a WebSocket close, after so many frames went to the client. */
  readonly dropAfterFrames?: number;
  /** After so many frames to the client the vendor goes silent: the connection stays up, pings are neither sent nor answered. */
  readonly stallAfterFrames?: number;
}
