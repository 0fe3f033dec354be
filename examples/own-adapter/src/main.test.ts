import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('[BROO16] the program holds its call, and finds it as it should be', { timeout: 30_000 }, async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  // Node 22 warns of its SQLite.
  const flags = ['--conditions=@speko/source', '--disable-warning=ExperimentalWarning'];
  // Rejects unless the program exits with 0.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, main]);
  expect(stderr).toBe('');
  expect(stdout.split('\n').slice(1)).toEqual([
    'ready: brook brook-1',
    'user: 1.0 s of speech',
    'tool opening_hours: until nine',
    'assistant: The library is open until nine.',
    '',
  ]);
});
