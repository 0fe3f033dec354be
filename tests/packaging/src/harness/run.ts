import { execFile } from 'node:child_process';

const MAX_OUTPUT_BYTES = 2 ** 26;

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds, after which it is killed. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to standard output
 * @throws Error with all that it wrote, unless it ends with 0
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env = process.env, timeoutMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const settings = { cwd, env, timeout: timeoutMs, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' } as const;
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const end = error.killed === true ? `was killed after ${timeoutMs / 1000} s` : `ended with ${String(error.code)}`;
      reject(new Error(`${command} ${args.join(' ')} ${end}\n${stdout}${stderr}`, { cause: error }));
    });
  });
}
