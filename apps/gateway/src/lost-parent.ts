/** How often it is looked whether the parent is still there: nothing tells of its end. */
const LOOK_EVERY_MS = 250;

/** Dependencies of `lostParent`, replaceable in tests. */
export interface ProcessOfOurs {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly ppid: number;
}

/** Whether npm, npx or pnpm started this process, themselves or by a shell. */
export function isStartedByNpm(env: ProcessOfOurs['env']): boolean {
  return env['npm_lifecycle_event'] !== undefined;
}

/**
 * Resolves when the npm, npx or pnpm that started this process has ended. A SIGTERM sent to one of them ends it and the
 * shell below it, and does not arrive here. Started by anything else, and on Windows, where a lost parent cannot be seen,
 * it waits for `signal` alone, since a gateway may outlive the shell it was typed into.
 */
export function lostParent(signal: AbortSignal, ours: ProcessOfOurs = process): Promise<undefined> {
  return new Promise((resolve) => {
    const parentId = ours.ppid;
    const isWatched = isStartedByNpm(ours.env) && ours.platform !== 'win32';
    const timer = isWatched ? setInterval(look, LOOK_EVERY_MS) : undefined;
    timer?.unref();
    signal.addEventListener('abort', end, { once: true });
    function look(): void {
      if (ours.ppid !== parentId) end();
    }
    function end(): void {
      clearInterval(timer);
      signal.removeEventListener('abort', end);
      resolve(undefined);
    }
  });
}
