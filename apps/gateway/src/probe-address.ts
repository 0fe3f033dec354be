import { once } from 'node:events';
import { createServer } from 'node:net';
import { describeFailure } from './cli-error.ts';

/** Longest wait for the process on the port to identify itself. */
const ANSWER_MS = 2000;

/** Whether a gateway could listen at an address. */
export interface AddressProbe {
  /** `serving`: a gateway is there already. */
  readonly state: 'free' | 'serving' | 'unusable';
  /** For people, with what to do about it. */
  readonly detail: string;
}

/** Listens at the address for a moment, and asks who is there if that cannot be done. Never rejects. */
export async function probeAddress(host: string, port: number): Promise<AddressProbe> {
  const error = await tryListening(host, port);
  const address = `${host} port ${port === 0 ? 'of its own choice' : port}`;
  if (error === undefined) return { state: 'free', detail: `listens on ${address}` };
  if (error.code === 'EADDRINUSE' && (await isGateway(host, port))) {
    return { state: 'serving', detail: `a gateway serves on ${address} already` };
  }
  return { state: 'unusable', detail: describeFailure(error).message };
}

async function tryListening(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/** Only a gateway answers a session without a key in the words of the protocol. */
async function isGateway(host: string, port: number): Promise<boolean> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const authority = reachable.includes(':') ? `[${reachable}]` : reachable;
  try {
    const answer = await fetch(`http://${authority}:${port}/v1/providers`, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.status !== 401) {
      await answer.body?.cancel();
      return false;
    }
    const { code }: { code?: unknown } = JSON.parse(await answer.text());
    return code === 'UNAUTHORIZED';
  } catch {
    return false;
  }
}
