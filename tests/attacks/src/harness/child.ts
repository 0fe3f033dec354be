import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How long one of our own processes may take to answer. */
const ANSWER_MS = 60_000;

/**
 * One of the processes in `../processes`: started with one value, asked for others. It ends by itself as soon as it is let
 * go of, also when this process dies.
 */
export class Child {
  readonly #process: ChildProcess;
  #nextId = 0;
  #waiting = new Map<number, (answer: unknown) => void>();

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    });
  }

  /**
   * @param name - of the file in `../processes`
   * @param options - handed to it as JSON
   */
  static async start(name: string, options: unknown): Promise<Child> {
    const path = fileURLToPath(new URL(`../processes/${name}.ts`, import.meta.url));
    // What it writes itself is only ever a crash of its own.
    const child = fork(path, [JSON.stringify(options)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const started = new Child(child);
    await started.ask('start');
    return started;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @throws Error when the process has ended, or takes more than a minute to answer */
  ask<Value>(question: string): Promise<Value> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const failed = (why: string): void => {
        clearTimeout(timer);
        this.#process.off('exit', onExit);
        this.#waiting.delete(id);
        reject(new Error(`${question}: ${why}`));
      };
      const onExit = (code: number | null): void => failed(`one of our own processes ended with ${code}`);
      const timer = setTimeout(() => failed('one of our own processes did not answer'), ANSWER_MS);
      this.#process.once('exit', onExit);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.#process.off('exit', onExit);
        resolve(answer as Value);
      });
      if (!this.#process.connected) return failed('one of our own processes has ended');
      this.#process.send({ id, question });
    });
  }

  stop(): void {
    if (this.#process.connected) this.#process.disconnect();
    this.#process.kill('SIGKILL');
  }
}
