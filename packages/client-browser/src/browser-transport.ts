import type { CreateTransport, TransportClose } from '@speko/client-core';

/**
 * A transport on the browser's WebSocket. Why an upgrade was refused is hidden from pages: expired token, origin, proxy and
 * Content-Security-Policy all look like 1006.
 */
export const createBrowserTransport: CreateTransport = ({ url, protocols, handlers }) => {
  const socket = new WebSocket(url, [...protocols]);
  let isClosed = false;
  function report(close: TransportClose): void {
    if (isClosed) return;
    isClosed = true;
    handlers.onClose(close);
  }
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => handlers.onOpen();
  socket.onmessage = ({ data }: { data: unknown }) => {
    // A socket that was cut may still have something to say.
    if (isClosed) return;
    if (typeof data === 'string') handlers.onText(data);
    else if (data instanceof ArrayBuffer) handlers.onBinary(new Uint8Array(data));
  };
  socket.onclose = ({ code, reason }) => report({ code, reason });
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (message) => socket.send(message as string | Uint8Array<ArrayBuffer>),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => {
      // The closing handshake of a dead connection may take minutes and is not awaited.
      socket.close();
      report({ code: 1006, reason: '' });
    },
  };
};
