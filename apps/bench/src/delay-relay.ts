import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP relay that makes a local server look far away: every byte is held for half of the round trip, each way. */
export async function startDelayRelay(targetUrl: string, roundTripMs: number): Promise<{ url: string; close(): void }> {
  const target = new URL(targetUrl);
  const server = createServer((near) => {
    // A connection takes one round trip before the first byte can leave.
    const far = connect(Number(target.port), target.hostname);
    const openAt = performance.now() + roundTripMs;
    relay(near, far, roundTripMs / 2, openAt);
    relay(far, near, roundTripMs / 2, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, close: () => server.close() };
}

function relay(from: Socket, to: Socket, delayMs: number, notBefore: number): void {
  from.setNoDelay(true);
  from.on('data', (data: Buffer) => {
    const wait = Math.max(delayMs, notBefore + delayMs - performance.now());
    setTimeout(() => to.write(data), wait);
  });
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.end(), delayMs));
}
