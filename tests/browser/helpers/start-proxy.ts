import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server of this machine that can be cut. */
export interface Proxy extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
  /** Breaks every connection without a word, as a network that changes does. */
  cut(): void;
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((client) => {
    const upstream = keep(connect(targetPort, '127.0.0.1'));
    keep(client).pipe(upstream).pipe(client);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    cut,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
