import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Pages get what the packages publish, so that is brought up to date first; when nothing changed it takes a second. */
export function setup(): void {
  execFileSync(
    'pnpm',
    ['exec', 'turbo', 'run', 'build', '--filter=@speko/tests-browser^...', '--output-logs=errors-only'],
    {
      cwd: join(import.meta.dirname, '..', '..', '..'),
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
}
