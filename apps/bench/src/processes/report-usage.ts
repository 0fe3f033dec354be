/** Report of a measured process about itself. */
export interface ProcessUsage {
  /** CPU time since start, user and system, microseconds. */
  readonly cpuMicros: number;
  /** Resident set, bytes, after a collection where one can be forced. */
  readonly residentBytes: number;
}

export interface ProcessStarted {
  readonly url: string;
  /** Only for the gateway. */
  readonly apiKey?: string;
}

/** Announces the address to the parent and answers its questions; leaves when the parent does. */
export function serveParent(started: ProcessStarted): void {
  process.send?.({ started });
  process.on('message', () => {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const usage: ProcessUsage = { cpuMicros: user + system, residentBytes: process.memoryUsage().rss };
    process.send?.({ usage });
  });
  process.on('disconnect', () => process.exit(0));
}
