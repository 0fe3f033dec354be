import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How much of what a program wrote is kept: the end, where the reason stands. */
const KEPT_CHARACTERS = 8000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface CommandOptions {
  /** Milliseconds after which it is ended. */
  readonly timeoutMs: number;
  /** Where it runs; here by default. */
  readonly cwd?: string;
  /** Beside the environment of this process; `undefined` takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes each line of standard output, which then is no part of `output`. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** 127 if it could not be started, 124 if it took too long. */
  readonly code: number;
  /** The end of what it wrote. */
  readonly output: string;
}

/** Runs a program to its end; never throws. It does not outlive this process. */
export function runCommand([file = '', ...args]: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const keep = (text: string): void => {
      output = (output + text).slice(-KEPT_CHARACTERS);
    };
    const { onLine } = options;
    if (onLine === undefined) child.stdout.setEncoding('utf8').on('data', keep);
    else createInterface({ input: child.stdout }).on('line', onLine);
    child.stderr.setEncoding('utf8').on('data', keep);
    const timer = setTimeout(() => {
      timedOut = true;
      keep(`\nended after ${options.timeoutMs / 1000} s`);
      child.kill('SIGKILL');
    }, options.timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: 127, output: `Cannot start ${file}: ${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: timedOut ? 124 : (code ?? 1), output });
    });
  });
}
