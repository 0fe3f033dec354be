import type { SpekoError } from './speko-error.ts';

/** How a connection ended. */
export interface TransportClose {
  /** WebSocket close code; 1006 when the connection broke or never came about. */
  code: number;
  /** WebSocket close reason; may be empty. */
  reason: string;
  /** Why the connection never came about, where the runtime can tell. */
  error?: SpekoError;
}

/** Reports of a transport, in order. */
export interface TransportHandlers {
  /** The WebSocket is open. */
  onOpen(): void;
  /** A text message came. */
  onText(text: string): void;
  /**
   * A binary message came. The transport hands the bytes over, in a buffer of their own that begins with them, and does not
   * touch them again: applications view them as samples.
   */
  onBinary(bytes: Uint8Array): void;
  /** The connection is gone; reported once, also when it never opened. Nothing follows. */
  onClose(close: TransportClose): void;
}

/** A WebSocket as `client-core` sees it; each platform package brings its own. */
export interface RealtimeTransport {
  /** Bytes accepted by {@link RealtimeTransport.send} that have not left yet. */
  readonly bufferedAmount: number;
  /** Sends one message, text or binary. The caller may change the bytes afterwards. */
  send(message: string | Uint8Array): void;
  /** Starts the closing handshake. Before the WebSocket is open it gives up the attempt. */
  close(code: number, reason: string): void;
  /** Cuts the connection without a handshake; `onClose` follows. */
  terminate(): void;
}

/** Inputs of a dial. */
export interface TransportOptions {
  /** The session's `wsUrl`. */
  url: string;
  /** Subprotocols to offer, in order. */
  protocols: readonly string[];
  handlers: TransportHandlers;
}

/** Starts to dial and returns at once. Handlers are called later, never during the call. */
export type CreateTransport = (options: TransportOptions) => RealtimeTransport;
