import { WebSocket } from 'ws';

/**
 * A client's WebSocket that tells of what the library cannot read before it closes for it: afterwards no frame could
 * say what was wrong.
 */
export class ClientWebSocket extends WebSocket {
  /** Called with the close code that the library is about to send. */
  onUnreadable: ((code: number) => void) | undefined;

  override close(code?: number, data?: string | Buffer): void {
    // Only for what it cannot read does the library close with a code and without a reason.
    if (code !== undefined && data === undefined && this.readyState === WebSocket.OPEN) this.onUnreadable?.(code);
    super.close(code, data);
  }
}
