// Those who must not notice anything, and whoever measures: other calls of the gateway under attack, and its memory. A process
// of its own, so that the attacker's work is not mistaken for the gateway's.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Access } from '../harness/access.ts';
import { residentBytes } from '../harness/memory.ts';
import { OrdinaryCall } from '../harness/ordinary-call.ts';
import { PingCall, type Pings } from '../harness/ping-call.ts';
import { readOptions, serveParent } from './serve-parent.ts';

/** What was seen since the last `forget`. */
export interface Observation {
  readonly pings: Pings;
  readonly isPingCallOpen: boolean;
  /** Growth of the gateway's resident memory at its worst, bytes. */
  readonly growthBytes: number;
  /** How long this process itself stood still at worst, for which the gateway is not to blame. */
  readonly ownDelayMs: number;
}

const SAMPLE_MS = 25;
const access = readOptions<Access>();
const ownDelay = monitorEventLoopDelay({ resolution: 10 });
ownDelay.enable();
let pings: PingCall | undefined;
let calls: OrdinaryCall[] = [];
let baseBytes = 0;
let peakBytes = 0;
setInterval(() => {
  void residentBytes(access.pid).then((bytes) => (peakBytes = Math.max(peakBytes, bytes ?? 0)));
}, SAMPLE_MS);

serveParent({
  async start() {
    pings = await PingCall.start(access);
    calls = await Promise.all(
      (['text', 'speech'] as const).map((by) => OrdinaryCall.start(access, { by, provider: 'echo', model: 'echo' })),
    );
  },
  async forget() {
    pings?.forget();
    ownDelay.reset();
    baseBytes = (await residentBytes(access.pid)) ?? 0;
    peakBytes = baseBytes;
  },
  look: (): Observation => ({
    pings: pings?.look() ?? { count: 0, p50Ms: 0, p99Ms: 0, worstMs: 0, open: 0 },
    isPingCallOpen: pings?.isOpen === true,
    growthBytes: peakBytes - baseBytes,
    ownDelayMs: ownDelay.max / 1e6,
  }),
  async finish() {
    pings?.stop();
    const losses = await Promise.all(calls.map((call) => call.finish()));
    return losses.flat();
  },
});
