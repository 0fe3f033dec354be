/** How one end reason closes the socket. */
export interface EndReasonRow {
  /** WebSocket close code sent after the `end` frame; 1006, which none is ever sent as, where no client is left. */
  readonly closeCode: number;
}

/**
 * Why a session ended: the `reason` of the `end` frame, the WebSocket close reason and `endReason` of the record.
 *
 * `client_closed` is the client's own act: its own close code stands, 1000 where it gave none. `connection_lost` is told
 * to the record alone: the client vanished without a close.
 * @see PROTOCOL.md rules EN1 to EN8
 */
export const END_REASONS = {
  client_closed: { closeCode: 1000 },
  connection_lost: { closeCode: 1006 },
  ended_by_api: { closeCode: 1000 },
  duration_limit: { closeCode: 4408 },
  idle_timeout: { closeCode: 4408 },
  provider_connect_failed: { closeCode: 1011 },
  provider_closed: { closeCode: 1011 },
  provider_error: { closeCode: 1011 },
  slow_consumer: { closeCode: 4429 },
  protocol_error: { closeCode: 4400 },
  server_shutdown: { closeCode: 1012 },
} as const satisfies Record<string, EndReasonRow>;

/** A reason of {@link END_REASONS}. */
export type EndReason = keyof typeof END_REASONS;

/** Close code of a `protocol_error` that was one message over the size limit, in place of 4400. */
export const MESSAGE_TOO_LARGE_CLOSE_CODE = 1009;
