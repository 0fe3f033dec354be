import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWav } from '@speko/client-node';
import type { PackedGateway } from '../harness/packed-gateway.ts';
import { root } from '../harness/packed-packages.ts';
import { run } from '../harness/run.ts';
import type { ReadmeStart } from './readme.ts';

const RATE_HZ = 16_000;
/** The adapter that readmes for authors of adapters speak about: the template, with the guide's example in it. */
const ACME = ['tools/new-adapter/template/src', 'tools/new-adapter/worked-example'];

/** Packages that a readme's program needs beside those it says to install: those of the adapter that it is about. */
export function exampleDependencies({ code }: ReadmeStart): Record<string, string> {
  if (!isAboutAcme(code)) return {};
  const manifest = JSON.parse(readFileSync(join(root, 'tools/new-adapter/template/_package.json'), 'utf8'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return Object.fromEntries(names.map((name) => [name, '*']));
}

/** Stands in for a page: two elements, and nothing that can listen or speak. */
const PAGE = `
import { pathToFileURL } from 'node:url';
const { Window } = await import(pathToFileURL(process.argv[2]).href);
const { document } = Object.assign(globalThis, { window: new Window(), document: new Window().document });
document.body.innerHTML = '<button></button><p></p>';
await import('./snippet.ts');
document.querySelector('button').click();
await new Promise((resolve) => setTimeout(resolve, 500));
if (document.querySelector('p').textContent === '') throw new Error('The page says nothing after a click.');
process.exit();
`;

/**
 * Runs the first program of a readme in a project that holds what the readme says to install. One for a page runs in a made-up
 * one, one for a test runner in that, and one for a client finds a gateway and a recording.
 *
 * @throws Error with what it wrote, unless it ends with 0
 */
export async function checkReadme(
  project: string,
  start: ReadmeStart,
  gateway: PackedGateway | undefined,
): Promise<void> {
  const env = { PATH: process.env['PATH'], HOME: project, ...gateway?.env };
  const node = (...args: string[]): Promise<string> => run(process.execPath, args, { cwd: project, env });
  if (isAboutAcme(start.code)) {
    for (const folder of ACME) cpSync(join(root, folder), project, { recursive: true, filter: isNoTest });
  }
  if ('vitest' in start.dependencies) {
    writeFileSync(join(project, 'snippet.test.ts'), start.code);
    await run(join(project, 'node_modules', '.bin', 'vitest'), ['run', 'snippet.test.ts'], { cwd: project, env });
    return;
  }
  writeFileSync(join(project, 'snippet.ts'), start.code);
  writeFileSync(join(project, 'question.wav'), encodeWav({ pcm: voice(), sampleRateHz: RATE_HZ }));
  if (!start.code.includes('document.')) return void (await node('snippet.ts'));
  writeFileSync(join(project, 'page-stand-in.mjs'), PAGE);
  await node('page-stand-in.mjs', new URL(import.meta.resolve('happy-dom')).pathname);
}

/** Half a second that detectors of speech take for speech. */
function voice(): Int16Array {
  return Int16Array.from({ length: RATE_HZ / 2 }, (_, index) => 9000 * Math.sin((2 * Math.PI * 180 * index) / RATE_HZ));
}

/** Only an adapter's author has files of their own beside the program. */
function isAboutAcme(code: string): boolean {
  return code.includes("from './");
}

function isNoTest(path: string): boolean {
  return !path.endsWith('.test.ts');
}
