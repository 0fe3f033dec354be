/** How long a peer may leave our close unanswered, or keep a connection open after its own. It is cut off then. */
export const CLOSE_TIMEOUT_MS = 2000;

/** The option of `ws` that its type declarations lack. */
export interface CloseTimeoutOption {
  readonly closeTimeout: number;
}
