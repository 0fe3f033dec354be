import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Access, mint } from './access.ts';

/** How long another caller had to wait, in milliseconds. */
export interface Pings {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Pings whose answer is still to come. */
  readonly open: number;
}

const EVERY_MS = 20;

/** A call that asks the gateway every 20 ms whether it is there: what it waits is what every other caller waits. */
export class PingCall {
  readonly #socket: WebSocket;
  #sentAt = new Map<number, number>();
  #waitedMs: number[] = [];
  #nextId = 1;
  readonly #timer: NodeJS.Timeout;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return;
      const frame = JSON.parse(data.toString('utf8')) as { readonly t: string; readonly id?: number };
      const sentAt = frame.t === 'pong' && frame.id !== undefined ? this.#sentAt.get(frame.id) : undefined;
      if (sentAt === undefined || frame.id === undefined) return;
      this.#sentAt.delete(frame.id);
      this.#waitedMs.push(performance.now() - sentAt);
    });
    this.#timer = setInterval(() => this.#ping(), EVERY_MS);
  }

  static async start(access: Access): Promise<PingCall> {
    const session = await mint(access, {}, access.keys[1]);
    const socket = new WebSocket(session.wsUrl, [session.wsToken], { perMessageDeflate: false });
    await once(socket, 'open');
    return new PingCall(socket);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Everything since the last {@link PingCall.forget}. A ping that is still open counts as long as it has waited. */
  look(): Pings {
    const nowMs = performance.now();
    const openMs = [...this.#sentAt.values()].map((sentAt) => nowMs - sentAt);
    const sorted = [...this.#waitedMs, ...openMs.filter((ms) => ms > EVERY_MS)].toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
    return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1), open: openMs.length };
  }

  forget(): void {
    this.#waitedMs = [];
    this.#sentAt = new Map();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.close(1000, 'client_closed');
  }

  #ping(): void {
    if (!this.isOpen) return;
    const id = this.#nextId++;
    this.#sentAt.set(id, performance.now());
    this.#socket.send(JSON.stringify({ t: 'ping', id }));
  }
}
