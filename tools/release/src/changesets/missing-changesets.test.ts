import { describe, expect, test } from 'vitest';
import type { Manifest, PublishedPackage } from '../published-packages.ts';
import { type Change, listMissingChangesets } from './missing-changesets.ts';

const audio = pack('audio', { version: '1.2.0' });
const page = pack('page', { version: '1.0.0', files: ['dist'], devDependencies: { '@speko/audio': 'workspace:^' } });
const young = pack('young', { version: '0.0.0' });

test('a changed source asks for a changeset of its package', () => {
  expect(missing({ paths: ['packages/audio/src/pcm.ts', 'docs/page.md', 'README.md'] }, [audio])).toEqual([
    { name: '@speko/audio', paths: ['packages/audio/src/pcm.ts'] },
  ]);
});

test.each([
  'src/pcm.test.ts',
  'src/pcm.test-d.ts',
  'src/view.test.tsx',
  'src/__fixtures__/call.jsonl',
  'README.md',
  'SPEC.md',
  'CHANGELOG.md',
  'tsconfig.json',
  'tsconfig.build.json',
  'typedoc.json',
  'scripts/generate.ts',
])('%s asks for none', (path) => {
  expect(missing({ paths: [`packages/audio/${path}`] }, [audio])).toEqual([]);
});

test.each(['src/test.ts', 'src/view.tsx', 'tsdown.config.ts', 'schemas/frame.json', 'LICENSE'])('%s asks', (path) => {
  expect(missing({ paths: [`packages/audio/${path}`] }, [audio])).toHaveLength(1);
});

describe('package.json', () => {
  const paths = ['packages/audio/package.json'];
  test.each<[string, Partial<Manifest> & { scripts?: object }]>([
    ['its version', { version: '1.3.0' }],
    ['devDependencies', { devDependencies: { vitest: '5' } }],
    ['scripts', { scripts: { build: 'tsdown' } }],
  ])('asks for none when only %s changed', (_what, before) => {
    expect(missing({ paths, before: { ...audio.manifest, ...before } }, [audio])).toEqual([]);
  });

  test('asks when a dependency changed', () => {
    const before = { ...audio.manifest, dependencies: { ws: '^7' } };
    expect(missing({ paths, before }, [audio])).toEqual([{ name: '@speko/audio', paths }]);
  });

  test('asks when the package is new', () => {
    expect(missing({ paths }, [audio])).toEqual([{ name: '@speko/audio', paths }]);
  });
});

describe('a changeset', () => {
  const paths = ['packages/audio/src/pcm.ts'];
  test('that names the package answers', () => {
    expect(missing({ paths, changesets: [{ names: ['@speko/audio'], isNew: true }] }, [audio])).toEqual([]);
  });

  test('of another package does not', () => {
    expect(missing({ paths, changesets: [{ names: ['@speko/page'], isNew: true }] }, [audio])).toHaveLength(1);
  });

  test('of an earlier change does not', () => {
    expect(missing({ paths, changesets: [{ names: ['@speko/audio'], isNew: false }] }, [audio])).toHaveLength(1);
  });

  test('without packages says that nobody will notice', () => {
    expect(missing({ paths, changesets: [{ names: [], isNew: true }] }, [audio])).toEqual([]);
  });
});

test('a package that was never released needs only the changeset that announces it', () => {
  const paths = ['packages/young/src/index.ts'];
  expect(missing({ paths, changesets: [{ names: ['@speko/young'], isNew: false }] }, [young])).toEqual([]);
  expect(missing({ paths }, [young])).toHaveLength(1);
});

test('a package that ships no sources goes out with those it is built from', () => {
  expect(missing({ paths: ['packages/audio/src/pcm.ts'] }, [audio, page]).map(({ name }) => name)).toEqual([
    '@speko/audio',
    '@speko/page',
  ]);
});

test('a folder whose name begins like a package is not the package', () => {
  expect(missing({ paths: ['packages/audio-extra/src/index.ts'] }, [audio])).toEqual([]);
});

function pack(name: string, manifest: Partial<Manifest>): PublishedPackage {
  return {
    folder: `packages/${name}`,
    manifest: { name: `@speko/${name}`, version: '1.0.0', files: ['dist', 'src'], ...manifest },
  };
}

function missing(change: Partial<Change> & { before?: Manifest }, packages: PublishedPackage[]) {
  const { before, ...given } = change;
  return listMissingChangesets(packages, { paths: [], changesets: [], manifestBefore: () => before, ...given });
}
