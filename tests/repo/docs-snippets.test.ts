// Every TypeScript block of the documentation compiles, against the sources of the packages. One that is a piece of a file
// says so in a comment before it (`<!-- from path -->`) and has to be found there, word for word.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRepositoryFiles, listSourcePaths, readRepositoryFile, repositoryRoot } from './workspace.ts';

interface Block {
  /** For people: `docs/page.md:12`. */
  readonly place: string;
  /** The file it is a piece of. */
  readonly from: string | undefined;
  readonly code: string;
}

/** Blocks are compiled beside the files of a new adapter, with the packages an adapter may use. */
const TEMPLATE = 'tools/new-adapter/template/src';
/** Stands for lines that a piece leaves out. */
const LEFT_OUT = /^\s*\/\/ …$/m;

const pages = listRepositoryFiles().filter((path) => /(^|\/)[^/]+\.md$/.test(path) && !path.startsWith('.changeset/'));
const blocks = pages.flatMap(readBlocks);
const programs = blocks.filter(({ from }) => from === undefined);
const pieces = blocks.filter(({ from }) => from !== undefined);

describe('blocks of their own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'speko-snippets-'));
  let problems: ReadonlyMap<string, string[]>;
  beforeAll(() => {
    problems = compile(folder, programs);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(programs.map(({ place }) => place))('%s compiles', (place) => {
    expect(problems.get(place)).toEqual([]);
  });
});

// Pieces are run by vitest, which makes something older of it.
test('no block needs a newer Node than the packages do, or says so', () => {
  const modern = programs.filter(({ code }) => /\busing \w+ =/.test(code) && !/Node 24/.test(code));
  expect(modern.map(({ place }) => place)).toEqual([]);
});

// The README of a package is all that its reader has: what a block imports and no line installs is not there.
describe('pages that install', () => {
  const installing = pages.filter((path) => /^npm install /m.test(readRepositoryFile(path)));
  const packing = installing.filter((path) => /^# Not on npm yet/m.test(readRepositoryFile(path)));

  test.each(installing)('%s installs what its blocks import', (path) => {
    const installed = packagesIn(path, /^npm install .*$/gm);
    const imported = packagesIn(path, /^(?:import|export|\}) .*from '@speko\/.*$/gm);
    expect(imported.filter((name) => !installed.includes(name))).toEqual([]);
  });

  test.each(packing)('%s packs what it installs', (path) => {
    expect(packagesIn(path, /^# Not on npm yet.*$/gm).toSorted()).toEqual(
      packagesIn(path, /^npm install .*$/gm).toSorted(),
    );
  });
});

describe('pieces of files', () => {
  test.each(pieces)('$place is in $from', ({ from = '', code }) => {
    const text = withoutIndentation(readRepositoryFile(from));
    let position = 0;
    for (const part of code.split(LEFT_OUT)) {
      const wanted = withoutIndentation(part).trim();
      const at = text.indexOf(wanted, position);
      expect(at, `${from} does not hold, in this order:\n${wanted}`).not.toBe(-1);
      position = at + wanted.length;
    }
  });
});

function readBlocks(path: string): Block[] {
  const text = readRepositoryFile(path);
  return [...text.matchAll(/(?:^<!-- from (\S+) -->\n)?^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split('\n').length}`,
    from: match[1],
    code: match[2] ?? '',
  }));
}

function packagesIn(path: string, lines: RegExp): string[] {
  return [...readRepositoryFile(path).matchAll(lines)].flatMap(([line]) => line.match(/@speko\/[a-z-]+/g) ?? []);
}

/** Code may stand deeper in the file than in the documentation; how deep its lines are is the formatter's business. */
function withoutIndentation(code: string): string {
  return code.replace(/^[ \t]+/gm, '');
}

/** What the compiler finds in each block, by place: one run for all of them, in a folder that looks like a new adapter. */
function compile(folder: string, programBlocks: readonly Block[]): Map<string, string[]> {
  cpSync(join(repositoryRoot, TEMPLATE), join(folder, 'adapter/src'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(repositoryRoot, 'tools/new-adapter/node_modules'), join(folder, 'adapter/node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [index, { code }] of programBlocks.entries()) {
    writeFileSync(join(folder, 'adapter/src', `snippet-${index}.ts`), code);
  }
  const config = {
    extends: join(repositoryRoot, 'tsconfig.base.json'),
    include: ['adapter/src'],
    compilerOptions: {
      customConditions: ['@speko/source'],
      paths: {
        '@speko/adapter-acme': [join(repositoryRoot, TEMPLATE, 'index.ts')],
        '@speko/simulators/acme': [join(repositoryRoot, 'tools/new-adapter/template/simulator/index.ts')],
        ...listSourcePaths(),
      },
      lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
      moduleDetection: 'force',
      typeRoots: [join(repositoryRoot, 'node_modules', '@types')],
      // Examples show names that they do nothing more with, and readers are not as strict as this repository.
      noUnusedLocals: false,
      noUnusedParameters: false,
      noPropertyAccessFromIndexSignature: false,
    },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repositoryRoot, 'node_modules', '.bin', 'tsc');
  const { stdout } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  const problems = new Map(programBlocks.map(({ place }) => [place, [] as string[]]));
  for (const line of stdout.split('\n').filter((text) => /error TS/.test(text))) {
    const [, index, problem] = /^adapter\/src\/snippet-(\d+)\.ts\(\d+,\d+\): (.*)$/.exec(line) ?? [];
    const block = programBlocks[Number(index)];
    if (block === undefined) throw new Error(`The blocks could not be compiled: ${line}`);
    problems.get(block.place)?.push(problem ?? line);
  }
  return problems;
}
