import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const START_TIMEOUT_MS = 20_000;
const KEY = 'sk_release_dry_run';

/** A gateway with the echo provider, started as those do who installed it. */
export interface PackedGateway {
  /** What leads a client to it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

/**
 * Starts the command of a project that has `@speko/gateway` installed.
 *
 * @throws Error with all it wrote, unless it says where it listens
 */
export async function startPackedGateway(project: string): Promise<PackedGateway> {
  const env = { PATH: process.env['PATH'], HOME: project, PORT: '0', SPEKO_API_KEYS: KEY };
  const command = join(project, 'node_modules', '.bin', 'speko-gateway');
  const child = spawn(command, ['serve'], { cwd: project, env });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  const url = await listeningAddress(child);
  return {
    env: { SPEKO_API_KEY: KEY, SPEKO_BASE_URL: `${url}/v1` },
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}

function listeningAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    const look = (piece: Buffer): void => {
      log += piece.toString();
      const [url] = /http:\/\/[^\s/"]+:\d+/.exec(log) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The gateway did not start:\n${log}`)));
    const late = (): void => reject(new Error(`The gateway did not say where it listens:\n${log}`));
    setTimeout(late, START_TIMEOUT_MS).unref();
  });
}
