import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ProviderSimulator, SimulatedUpgrade } from '../provider-simulator.ts';
import { systemClock, type HostClock } from './host-clock.ts';
import { LiveConnection, type HostConnection } from './host-connection.ts';
import type { NetworkFaults } from './network-faults.ts';

/** Options of a simulator host: vendors, address and faults. */
export interface SimulatorHostOptions {
  /** One simulator, served at the root. Give this or {@link SimulatorHostOptions.simulators}. */
  readonly simulator?: ProviderSimulator;
  /** Several simulators, each served under `/<id>`; the prefix is gone from the URL the simulator sees. */
  readonly simulators?: readonly ProviderSimulator[];
  /** @defaultValue 0, any free port */
  readonly port?: number;
  /** @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** @defaultValue the machine's monotonic clock */
  readonly clock?: HostClock;
  /**
   * Network faults of every connection, or a function that chooses them per upgrade request; `attempt` counts
   * upgrade requests from 0. {@link SimulatorHost.setFaults} replaces them for later connections.
   */
  readonly faults?: NetworkFaults | ((request: SimulatedUpgrade, attempt: number) => NetworkFaults);
  /**
   * How often each connection is sent a WebSocket ping, milliseconds on the host's clock, as vendors do; 0 sends none.
   * A stalled connection sends none either.
   * @defaultValue 20000
   */
  readonly pingIntervalMs?: number;
  /**
   * Keep every received frame in {@link HostConnection.receivedFrames}. Leave it off for long calls.
   * @defaultValue false
   */
  readonly recordFrames?: boolean;
  /** Told of each upgrade request that is refused, by the simulator or by a fault. */
  readonly onRefused?: (refusal: { readonly request: SimulatedUpgrade; readonly status: number }) => void;
}

/** A running host; see {@link startSimulatorHost}. */
export interface SimulatorHost {
  /** Such as `http://127.0.0.1:49152`. With several simulators add `/<id>`, or use {@link SimulatorHost.urlOf}. */
  readonly url: string;
  /** The same with `ws:`. */
  readonly wsUrl: string;
  readonly port: number;
  /** Upgrade requests so far. */
  readonly attemptCount: number;
  /** Upgrade requests refused so far. */
  readonly refusedCount: number;
  /** Accepted connections so far, oldest first, closed ones included until 1000 more have come. */
  readonly connections: readonly HostConnection[];
  /** The accepted connections that are open now. */
  readonly openConnections: readonly HostConnection[];
  /** HTTP base of one simulator. @throws Error when none has this id */
  urlOf(simulatorId: string): string;
  /** The first accepted connection that this method has not handed out yet, once there is one. */
  nextConnection(): Promise<HostConnection>;
  /** Replaces the faults, for connections from now on. */
  setFaults(faults: NonNullable<SimulatorHostOptions['faults']>): void;
  /** Drops every connection, stops listening and releases every timer. May be called twice. */
  close(): Promise<void>;
  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Puts simulated vendors on a real HTTP and WebSocket server of this machine.
 *
 * @throws Error when neither or both of `simulator` and `simulators` are given, or the port is taken
 */
export async function startSimulatorHost(options: SimulatorHostOptions): Promise<SimulatorHost> {
  const host = new Host(options);
  await host.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  return host;
}

const KEPT_CONNECTIONS = 1000;
const PING_INTERVAL_MS = 20_000;

class Host implements SimulatorHost {
  readonly connections: LiveConnection[] = [];
  attemptCount = 0;
  refusedCount = 0;
  url = '';
  wsUrl = '';
  port = 0;
  readonly #options: SimulatorHostOptions;
  readonly #mounts: readonly { readonly prefix: string; readonly simulator: ProviderSimulator }[];
  readonly #clock: HostClock;
  readonly #server = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'application/json', connection: 'close' });
    response.end('{"error":"This is a simulated vendor. It speaks WebSocket only."}');
  });
  // Pongs are ours, so that a stalled connection does not answer pings.
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: 64 * 1024 * 1024,
    handleProtocols: () => false,
  });
  readonly #pending = new Set<Duplex>();
  readonly #delays = new Set<() => void>();
  #unclaimed: HostConnection[] = [];
  #claims: ((connection: HostConnection) => void)[] = [];
  #faults: NonNullable<SimulatorHostOptions['faults']>;
  #closing: Promise<void> | undefined;

  constructor(options: SimulatorHostOptions) {
    if ((options.simulator === undefined) === (options.simulators === undefined)) {
      throw new Error('Give startSimulatorHost either `simulator` or `simulators`.');
    }
    this.#options = options;
    this.#mounts = options.simulator
      ? [{ prefix: '', simulator: options.simulator }]
      : (options.simulators ?? []).map((simulator) => ({ prefix: `/${simulator.id}`, simulator }));
    this.#clock = options.clock ?? systemClock;
    this.#faults = options.faults ?? {};
    this.#server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  get openConnections(): readonly HostConnection[] {
    return this.connections.filter((connection) => connection.isOpen);
  }

  async listen(port: number, host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.port = (this.#server.address() as AddressInfo).port;
    const authority = `${host.includes(':') ? `[${host}]` : host}:${this.port}`;
    this.url = `http://${authority}`;
    this.wsUrl = `ws://${authority}`;
  }

  urlOf(simulatorId: string): string {
    const mount = this.#mounts.find(({ simulator }) => simulator.id === simulatorId);
    if (!mount) throw new Error(`This host has no simulator with the id "${simulatorId}".`);
    return this.url + mount.prefix;
  }

  nextConnection(): Promise<HostConnection> {
    const ready = this.#unclaimed.shift();
    if (ready) return Promise.resolve(ready);
    return new Promise((resolve) => this.#claims.push(resolve));
  }

  setFaults(faults: NonNullable<SimulatorHostOptions['faults']>): void {
    this.#faults = faults;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeOnce(): Promise<void> {
    for (const cancel of this.#delays) cancel();
    for (const socket of this.#pending) socket.destroy();
    for (const connection of this.connections) connection.drop();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(this.connections.map((connection) => connection.closed));
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#pending.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#pending.delete(socket));
    const target = request.url ?? '/';
    const mount = this.#mounts.find(({ prefix }) => isUnder(target, prefix));
    const upgrade = describe(request, mount ? target.slice(mount.prefix.length) : target);
    const faults = typeof this.#faults === 'function' ? this.#faults(upgrade, this.attemptCount) : this.#faults;
    this.attemptCount += 1;
    if (faults.neverAnswer) return;
    const answer = (): void => {
      if (socket.destroyed) return;
      if (!mount) return this.#refuse(socket, upgrade, 404, `No simulator here. Known: ${this.#known()}.`);
      if (faults.refuse) return this.#refuse(socket, upgrade, faults.refuse.status, faults.refuse.body ?? '');
      this.#answer(mount.simulator, upgrade, faults, { request, socket, head });
    };
    if (!faults.connectDelayMs) return answer();
    const cancel = this.#clock.schedule(faults.connectDelayMs, () => {
      this.#delays.delete(cancel);
      answer();
    });
    this.#delays.add(cancel);
  }

  #answer(
    simulator: ProviderSimulator,
    upgrade: SimulatedUpgrade,
    faults: NetworkFaults,
    raw: { request: IncomingMessage; socket: Duplex; head: Buffer },
  ): void {
    const answer = simulator.upgrade(upgrade);
    if (answer.type === 'refuse') return this.#refuse(raw.socket, upgrade, answer.status, answer.body);
    // The simulator chose the subprotocol; ws asks through this hook, synchronously, inside handleUpgrade.
    this.#sockets.options.handleProtocols = () => answer.protocol ?? false;
    this.#sockets.handleUpgrade(raw.request, raw.socket, raw.head, (socket) => {
      this.#pending.delete(raw.socket);
      const connection = new LiveConnection({
        simulatorId: simulator.id,
        request: upgrade,
        socket,
        machine: simulator.connect(upgrade, this.#clock.nowMs()),
        clock: this.#clock,
        faults,
        pingIntervalMs: this.#options.pingIntervalMs ?? PING_INTERVAL_MS,
        recordFrames: this.#options.recordFrames ?? false,
      });
      this.#keep(connection);
      connection.open();
    });
  }

  #keep(connection: LiveConnection): void {
    this.connections.push(connection);
    if (this.connections.length > KEPT_CONNECTIONS) {
      const index = this.connections.findIndex((old) => !old.isOpen);
      if (index !== -1) this.connections.splice(index, 1);
    }
    const claim = this.#claims.shift();
    if (claim) claim(connection);
    else this.#unclaimed.push(connection);
    if (this.#unclaimed.length > KEPT_CONNECTIONS) this.#unclaimed.shift();
  }

  #refuse(socket: Duplex, request: SimulatedUpgrade, status: number, body: string): void {
    this.refusedCount += 1;
    this.#options.onRefused?.({ request, status });
    const type = body.startsWith('{') ? 'application/json' : 'text/plain';
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n` +
        `content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }

  #known(): string {
    return this.#mounts.map(({ prefix }) => prefix).join(', ');
  }
}

function isUnder(target: string, prefix: string): boolean {
  if (prefix === '') return true;
  return target.startsWith(prefix) && ['', '/', '?'].includes(target.charAt(prefix.length));
}

function describe(request: IncomingMessage, url: string): SimulatedUpgrade {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return { url: url.startsWith('/') ? url : `/${url}`, headers, protocols: protocols.filter((name) => name !== '') };
}
