import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessStarted, ProcessUsage } from './processes/report-usage.ts';

/** A process of its own, so that its CPU and memory can be told from the load's. */
export class Child {
  readonly #process: ChildProcess;
  readonly started: ProcessStarted;

  private constructor(child: ChildProcess, started: ProcessStarted) {
    this.#process = child;
    this.started = started;
  }

  static async start(name: 'vendor' | 'pass-through' | 'gateway', ...args: string[]): Promise<Child> {
    // The module's own ending: .js when built, .ts from source.
    const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const path = fileURLToPath(new URL(`./processes/${name}${ending}`, import.meta.url));
    const child = fork(path, args, {
      execArgv: ['--expose-gc', ...process.execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const { started } = await reply<{ started: ProcessStarted }>(child);
    return new Child(child, started);
  }

  async usage(): Promise<ProcessUsage> {
    const answer = reply<{ usage: ProcessUsage }>(this.#process);
    this.#process.send('usage');
    return (await answer).usage;
  }

  stop(): void {
    this.#process.disconnect();
  }
}

function reply<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void =>
      reject(new Error(`a benchmark process stopped with exit code ${code}`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as T);
    });
  });
}
