// The hooks as Next.js sees them: packed, installed and built once, with the page that the readme shows. Needs `pnpm build` first.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const packages = ['react', 'client-browser', 'client-core', 'protocol'];
let project: string;

beforeAll(() => {
  project = mkdtempSync(join(realpathSync(tmpdir()), 'speko-next-'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("[RC7] every module of @speko/react begins with 'use client'", () => {
  const dist = join(root, 'packages', 'react', 'dist');
  const modules = readdirSync(dist).filter((name) => name.endsWith('.js'));
  expect(modules).toContain('index.js');
  const others = modules.filter((name) => !readFileSync(join(dist, name), 'utf8').startsWith("'use client';"));
  expect(others).toEqual([]);
});

test('[RC7] Next.js builds the component of the readme, and renders it on the server', { timeout: 120_000 }, () => {
  const tarballs = Object.fromEntries(packages.map((name) => [`@speko/${name}`, `file:${pack(name)}`]));
  const next = fileURLToPath(import.meta.resolve('next/package.json'));
  const { version, peerDependencies } = JSON.parse(readFileSync(next, 'utf8')) as {
    version: string;
    peerDependencies: Record<string, string>;
  };
  const { react = '', 'react-dom': reactDom = '' } = peerDependencies;
  write('package.json', {
    private: true,
    type: 'module',
    dependencies: { next: version, react, 'react-dom': reactDom, '@speko/react': tarballs['@speko/react'] },
    pnpm: { overrides: tarballs, ignoredOptionalDependencies: ['sharp'] },
  });
  write('app/layout.jsx', 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;');
  write('app/voice-button.jsx', /^```tsx\n(.*?)^```/ms.exec(readReadme())?.[1] ?? '');
  // Itself a component of the server.
  write('app/page.jsx', `import { VoiceButton } from './voice-button.jsx';\nexport default () => <VoiceButton />;`);
  run('pnpm', ['install', '--prefer-offline', '--ignore-scripts', '--ignore-workspace', '--no-frozen-lockfile']);
  run(join(project, 'node_modules', '.bin', 'next'), ['build']);
  const page = readFileSync(join(project, '.next', 'server', 'app', 'index.html'), 'utf8');
  expect(page).toContain('<button>Talk</button>');
});

function readReadme(): string {
  return readFileSync(join(root, 'packages', 'react', 'README.md'), 'utf8');
}

/** @returns where the tarball is */
function pack(name: string): string {
  const destination = join(project, 'tarballs', name);
  execFileSync('pnpm', ['pack', '--pack-destination', destination], {
    cwd: join(root, 'packages', name),
    stdio: 'pipe',
  });
  return join(destination, readdirSync(destination)[0] ?? '');
}

function write(path: string, content: string | object): void {
  const file = join(project, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** @throws Error with all that the command wrote, unless it ends with 0 */
function run(command: string, args: readonly string[]): void {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
}
