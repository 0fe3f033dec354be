import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Access } from './access.ts';
import { settledWithin } from './wait.ts';

const ATTACKER_KEY = 'attacker-key-0123456789abcdef';
const BYSTANDER_KEY = 'bystander-key-0123456789abcdef';
/** What is kept of the log: enough to search, bounded when an attack makes it long. */
const KEPT_LOG_CHARS = 32 * 1024 * 1024;
const START_MS = 60_000;

/** How the gateway of one attack differs from a plain one. */
export interface GatewaySetup {
  /** Further variables; `undefined` unsets one of ours. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Such as `--max-old-space-size=256`. */
  readonly nodeArguments?: readonly string[];
  /** What starts Node, such as a shell that sets a limit first. */
  readonly wrap?: readonly string[];
  /** Made beforehand, where the attack needs files in it. @defaultValue a new folder of its own */
  readonly folder?: string;
  /** Run the sources, for which nothing need be built. @defaultValue false */
  readonly fromSource?: boolean;
}

/** A gateway as people run it: a process of its own, with a database of its own. */
export class GatewayProcess implements Access {
  readonly url: string;
  readonly keys = [ATTACKER_KEY, BYSTANDER_KEY] as const;
  readonly folder: string;
  readonly #process: GatewayRun;

  private constructor(run: GatewayRun, url: string) {
    this.#process = run;
    this.url = url;
    this.folder = run.folder;
  }

  /** @throws Error with what it said, when it does not start */
  static async start(setup: GatewaySetup): Promise<GatewayProcess> {
    const run = GatewayRun.launch(setup);
    const url = await settledWithin(START_MS, Promise.race([run.listening, run.exit.then(() => undefined)]));
    if (url !== undefined) return new GatewayProcess(run, url);
    run.kill();
    throw new Error(`The gateway did not start: ${run.output().slice(-2000)}`);
  }

  get pid(): number {
    return this.#process.child.pid ?? 0;
  }

  /** How it ended, if it did: exit code, or the signal's name. */
  get ended(): string | undefined {
    return this.#process.ended;
  }

  /** What it wrote so far to both outputs: banner and log. */
  output(): string {
    return this.#process.output();
  }

  /** Ends it at once, as a crash would; the folder stays. */
  async kill(): Promise<void> {
    this.#process.kill();
    await this.#process.exit;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The process, whether it comes to serve or not. */
export class GatewayRun {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Resolves with its address. */
  readonly listening: Promise<string>;
  /** Resolves with exit code or signal. */
  readonly exit: Promise<string>;
  ended: string | undefined;
  #output = '';

  private constructor(child: ChildProcess, folder: string) {
    this.child = child;
    this.folder = folder;
    const orphaned = (): boolean => child.kill('SIGKILL');
    process.once('exit', orphaned);
    this.exit = once(child, 'close').then(([code, signal]) => {
      process.off('exit', orphaned);
      this.ended = String(code ?? signal);
      return this.ended;
    });
    this.listening = new Promise((resolve) => {
      const take = (text: string): void => {
        if (this.#output.length < KEPT_LOG_CHARS) this.#output += text;
        const url = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(this.#output)?.[0];
        if (url !== undefined) resolve(url);
      };
      child.stdout?.setEncoding('utf8').on('data', take);
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        if (this.#output.length < KEPT_LOG_CHARS) this.#output += text;
      });
    });
  }

  static launch({ env = {}, nodeArguments = [], wrap = [], folder, fromSource = false }: GatewaySetup): GatewayRun {
    const cwd = folder ?? newFolder();
    const script = new URL(`../../../../apps/gateway/${fromSource ? 'src/cli.ts' : 'dist/cli.js'}`, import.meta.url);
    const condition = fromSource ? ['--conditions=@speko/source'] : [];
    const words = [...wrap, process.execPath, ...condition, ...nodeArguments, fileURLToPath(script)];
    const variables: Record<string, string | undefined> = {
      PATH: process.env['PATH'],
      PORT: '0',
      SPEKO_API_KEYS: `${ATTACKER_KEY},${BYSTANDER_KEY}`,
      SPEKO_DATABASE_URL: `file:${join(cwd, 'gateway.db')}`,
      SPEKO_KEY_SESSIONS_PER_MINUTE: '0',
      SPEKO_KEY_CONCURRENT_SESSIONS: '0',
      ...env,
    };
    const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
    return new GatewayRun(
      spawn(words[0] ?? '', words.slice(1), { cwd, env: given, stdio: ['ignore', 'pipe', 'pipe'] }),
      cwd,
    );
  }

  output(): string {
    return this.#output;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** A folder for the files of one gateway. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'speko-attack-'));
}
