// Two hundred calls come and go; afterwards nothing of them is left: no place, timer, handle or object.
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { MirrorCodec } from './helpers/mirror-adapter.ts';
import { createGateway, type TestGateway } from './helpers/start-gateway.ts';

const CALLS = 200;
const AT_ONCE = 20;

/** One whole call, in one of the ways in which calls end. */
async function holdCall(gateway: TestGateway, index: number): Promise<void> {
  const provider = index % 2 === 0 ? 'echo' : 'mirror';
  const minted = await gateway.mint({ provider, model: provider });
  const call = await gateway.connect(minted);
  await call.frame('ready');
  call.sendAudio(Buffer.alloc(4800, index));
  call.send({ t: 'text', text: 'Hello' });
  await call.frame('transcript', { role: 'user', final: true });
  switch (index % 4) {
    case 0:
      call.socket.close(1000);
      break;
    case 1:
      call.socket.terminate();
      break;
    case 2:
      await gateway.post(`/v1/sessions/${minted.sessionId}/end`, '');
      break;
    default:
      call.socket.send(Buffer.alloc(70_000));
  }
  await call.end();
  await gateway.record(minted.sessionId);
}

/** How many objects of a class are in memory after a full collection. */
function count(constructor: new (...args: never[]) => unknown): number {
  return queryObjects(constructor as never, { format: 'count' }) as unknown as number;
}

test('calls that are over leave nothing behind', async () => {
  const gateway = await createGateway({ maxMessageBytes: 65_536, keyConcurrentSessions: AT_ONCE });
  // The prototype of a class counts as an object of the class it extends.
  const prototypes = count(WebSocket);
  // The first call pays for what is made once.
  for (const index of [0, 1, 2, 3]) await holdCall(gateway, index);
  const timersBefore = gateway.clock.timerCount;
  const resourcesBefore = countResources();
  for (let begun = 0; begun < CALLS; begun += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => holdCall(gateway, begun + index)));
  }
  // Some were minted and never claimed.
  const unclaimed = await Promise.all(Array.from({ length: 10 }, () => gateway.mint()));
  gateway.clock.skip(60_000);
  for (const { sessionId } of unclaimed) expect((await gateway.record(sessionId)).status).toBe('expired');
  await gateway.vendor.until(
    () => gateway.vendor.connections.every(({ closed }) => closed !== undefined),
    'the vendor to be left alone',
  );

  expect(gateway.server.sessionCount).toBe(0);
  // What the closed sockets of both ends still hold goes with the turn of the loop in which they close.
  await gateway.get('/healthz');
  expect(gateway.clock.timerCount).toBeLessThanOrEqual(timersBefore);
  const left = Object.entries(countResources()).filter(([name, number]) => number > (resourcesBefore[name] ?? 0));
  expect(left.filter(([name]) => name !== 'TCPSocketWrap')).toEqual([]);

  // The test's own ends are let go, then every socket and codec still in memory is one that the gateway holds on to.
  gateway.forget();
  await gateway.get('/healthz');
  expect({ codecs: count(MirrorCodec), sockets: count(WebSocket) - prototypes }).toEqual({ codecs: 0, sockets: 0 });
  await gateway.close();
  expect(gateway.clock.timerCount).toBe(0);
});

/** Handles and requests that keep the process alive, by kind. */
function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
