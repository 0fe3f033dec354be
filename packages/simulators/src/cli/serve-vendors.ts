import { once } from 'node:events';
import type { ProviderSimulator, SimulatedUpgrade } from '@speko/simulator-kit';
import {
  startSimulatorHost,
  type HostConnection,
  type NetworkFaults,
  type SimulatorHost,
} from '@speko/simulator-kit/host';
import type { SimulatedVendor } from '../simulated-vendor.ts';

/** Options of serving: vendors, address, and where to print. */
export interface Served {
  readonly simulators: readonly { readonly vendor: SimulatedVendor; readonly simulator: ProviderSimulator }[];
  readonly port: number;
  readonly host: string;
  /** Network faults of a connection, counted from 0 over all vendors. */
  readonly faultsOf: (attempt: number) => NetworkFaults;
  readonly print: (line: string) => void;
  readonly remark: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Serves until the signal comes. One vendor has the root, several have a path each. @returns the exit code */
export async function serveVendors(served: Served): Promise<number> {
  const { print, remark, signal } = served;
  let host: SimulatorHost;
  try {
    host = await listen(served);
  } catch (error) {
    remark(explain(error, served));
    return 1;
  }
  for (const { vendor } of served.simulators) {
    const url = host.urlOf(vendor.id) + vendor.basePath;
    print(`${vendor.name.padEnd(16)} ${vendor.urlVariable}=${url} ${vendor.keyVariable}=any-key`);
  }
  print('Set these for speko-gateway, or lead a client of the vendor to the address. Ctrl-C ends it.');
  void reportConnections(host, print);
  if (!signal.aborted) await once(signal, 'abort');
  await host.close();
  return 0;
}

function listen({ simulators, port, host, faultsOf, print }: Served): Promise<SimulatorHost> {
  const [first, ...others] = simulators.map(({ simulator }) => simulator);
  return startSimulatorHost({
    ...(others.length === 0 && first !== undefined
      ? { simulator: first }
      : { simulators: simulators.map((each) => each.simulator) }),
    port,
    host,
    faults: (_request, attempt) => faultsOf(attempt),
    onRefused: ({ request, status }) => print(`refused with ${status}: ${pathOf(request)}`),
  });
}

async function reportConnections(host: SimulatorHost, print: (line: string) => void): Promise<void> {
  for (let number = 1; ; number += 1) {
    const connection = await host.nextConnection();
    print(`${connection.simulatorId} #${number} connected: ${pathOf(connection.request)}`);
    void connection.closed.then(({ code }) =>
      print(`${connection.simulatorId} #${number} ${describeEnd(connection, code)}`),
    );
  }
}

function describeEnd({ receivedCount, sentCount }: HostConnection, code: number): string {
  return `closed with ${code}: ${receivedCount} messages received, ${sentCount} sent`;
}

/** Without its query, which may hold a key. */
function pathOf({ url }: SimulatedUpgrade): string {
  return url.split('?', 1)[0] ?? '';
}

function explain(error: unknown, { host, port }: Served): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${host} is in use. Choose another one with --port; 0 takes a free one.`;
  if (code === 'EACCES')
    return `Port ${port} needs rights that this process lacks. Choose one from 1024 up with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine. Choose another one with --host.`;
  return `Cannot listen on ${host}:${port}: ${message}`;
}
