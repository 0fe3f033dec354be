import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What the tests' own pages are made of, and the pages that are tested as they are. */
const FILTERS = ['--filter=@speko/tests-browser^...', '--filter=@speko/example-browser-button'];

/** Pages get what the packages publish, so that is brought up to date first; when nothing changed it takes a second. */
export function setup(): void {
  execFileSync('pnpm', ['exec', 'turbo', 'run', 'build', ...FILTERS, '--output-logs=errors-only'], {
    cwd: join(import.meta.dirname, '..', '..', '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
