// The import table of CONTRIBUTING.md and the floors of the server, derived again from the imports themselves, so that no
// exception in a lint configuration or a package.json can hide.
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listImports, listReadNames, loadWorkspaces, readManifest, type Workspace } from './workspace.ts';

interface Layer {
  /** What sources may import; `node:*` stands for every Node module. */
  mayImport: readonly string[];
  /** Runs in any JavaScript runtime. */
  neutral: boolean;
}

const ADAPTER_LAYER: Layer = {
  mayImport: ['@speko/protocol', '@speko/audio', '@speko/adapter', '@speko/adapter-kit', 'zod'],
  neutral: true,
};

const LAYERS: Record<string, Layer> = {
  protocol: { mayImport: ['zod'], neutral: true },
  audio: { mayImport: [], neutral: true },
  adapter: { mayImport: ['@speko/protocol'], neutral: true },
  'adapter-kit': { mayImport: ['@speko/protocol', '@speko/audio', '@speko/adapter', 'zod'], neutral: true },
  'adapter-testkit': {
    mayImport: [
      '@speko/protocol',
      '@speko/audio',
      '@speko/adapter',
      '@speko/adapter-kit',
      '@speko/simulator-kit',
      'vitest',
      'node:*',
    ],
    neutral: false,
  },
  'simulator-kit': {
    mayImport: ['@speko/audio', '@speko/adapter', '@speko/adapter-kit', 'ws', 'node:*'],
    neutral: false,
  },
  simulators: {
    mayImport: [
      '@speko/audio',
      '@speko/adapter',
      '@speko/adapter-kit',
      '@speko/simulator-kit',
      'commander',
      'zod',
      'node:*',
    ],
    neutral: false,
  },
  server: {
    mayImport: [
      '@speko/protocol',
      '@speko/audio',
      '@speko/adapter',
      'ws',
      'fastify',
      '@fastify/static',
      'pino',
      'prom-client',
      'zod',
      'node:*',
    ],
    neutral: false,
  },
  'client-core': { mayImport: ['@speko/protocol'], neutral: true },
  'client-node': {
    mayImport: ['@speko/client-core', '@speko/protocol', '@speko/audio', 'ws', 'node:*'],
    neutral: false,
  },
  'client-browser': { mayImport: ['@speko/client-core', '@speko/protocol'], neutral: true },
  react: { mayImport: ['@speko/client-browser', 'react'], neutral: true },
};

/**
 * The rooms of the server from the ground to the roof: a folder with what is directly in it, or a file at the top. Each
 * imports from floors below its own; rooms of one floor do not know each other.
 */
const SERVER_FLOORS: readonly (readonly string[])[] = [
  ['adapter-registry.ts', 'clock.ts', 'fifo.ts', 'framing/', 'http-error.ts', 'telemetry/', 'token-bucket.ts'],
  ['anchored-time.ts', 'input-gate.ts', 'wake-timer.ts'],
  ['store/', 'upstream/connection/'],
  ['auth/', 'store/contract/', 'upstream/recovery/'],
  ['config.ts', 'downstream/', 'upstream/'],
  ['session/'],
  ['http/mint/'],
  ['http/'],
  ['create-server.ts'],
  ['index.ts', 'store-contract.ts'],
];

const TIMERS_AND_NETWORK = ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'WebSocket', 'EventSource'];

/** Entries that are there once `pnpm new:adapter` has copied its template. */
const FROM_TEMPLATE = ['@speko/simulators/acme'];

const ONLY_IN_NODE = ['process', 'Buffer', 'global', '__dirname', '__filename', 'require'];

/** Published as one bundle, so that what their sources import is installed with no one. */
const BUNDLED = ['apps/playground'];

const packages = loadWorkspaces('packages');
const others = (['apps', 'tests', 'examples', 'tools'] as const).flatMap(loadWorkspaces);
const everything = [...packages, ...others];
const rootManifest = readManifest('.');

describe.each(packages.map((workspace) => [workspace.folder, workspace] as const))('%s', (folder, workspace) => {
  const layer = layerOf(folder);
  const sources = workspace.files.filter((file) => !file.isTest);

  test('sources import only what their layer may', () => {
    const wrong = sources.flatMap((file) =>
      listImports(file.tree)
        .filter((specifier) => isForeign(specifier) && !isAllowed(specifier, layer, workspace.manifest.name))
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test('dependencies are only what the layer may import', () => {
    const declared = Object.keys({ ...workspace.manifest.dependencies, ...workspace.manifest.peerDependencies });
    expect(declared.filter((name) => !layer.mayImport.includes(name))).toEqual([]);
  });

  if (layer.neutral) {
    test('sources use nothing that only Node has', () => {
      expect(namesUsed(workspace, ONLY_IN_NODE)).toEqual([]);
    });
  }
  if (folder === 'packages/simulators' || folder === 'packages/simulator-kit') {
    test('a simulator is a machine: but for command line and host, nothing keeps time, opens connections or needs Node', () => {
      const isShell = /\/src\/(cli|cli\/.*|host|host\/.*)\.ts$/;
      const machines = { ...workspace, files: workspace.files.filter((file) => !isShell.test(file.path)) };
      expect(namesUsed(machines, [...TIMERS_AND_NETWORK, ...ONLY_IN_NODE])).toEqual([]);
      const imports = machines.files.filter((file) => !file.isTest).flatMap((file) => listImports(file.tree));
      expect(imports.filter((specifier) => specifier.startsWith('node:') || specifier === 'ws')).toEqual([]);
    });
  }
  if (layer === ADAPTER_LAYER) {
    test('an adapter keeps no time and opens no connection', () => {
      expect(namesUsed(workspace, TIMERS_AND_NETWORK)).toEqual([]);
    });
  }
  if (folder === 'packages/server') {
    test('the server reads no environment', () => {
      expect(namesUsed(workspace, ['process.env'])).toEqual([]);
    });
  }
});

describe('packages/server/src', () => {
  const root = 'packages/server/src/';
  const server = packages.find((workspace) => workspace.folder === 'packages/server');
  const sources = (server?.files ?? []).filter(
    (file) => file.path.startsWith(root) && !file.isTest && !file.path.includes('/__fixtures__/'),
  );

  test('every room has its floor, and every floor its rooms', () => {
    const rooms = new Set(sources.map((file) => roomOf(file.path.slice(root.length))));
    expect(SERVER_FLOORS.flat().toSorted()).toEqual([...rooms].toSorted());
  });

  test('no room imports from its own floor or one above', () => {
    const wrong = sources.flatMap((file) => {
      const room = roomOf(file.path.slice(root.length));
      return listImports(file.tree)
        .filter((specifier) => !isForeign(specifier))
        .map((specifier) => posix.join(posix.dirname(file.path), specifier).slice(root.length))
        .filter((target) => roomOf(target) !== room && floorOf(roomOf(target)) >= floorOf(room))
        .map((target) => `${file.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(everything.map((workspace) => [workspace.folder, workspace] as const))('%s', (folder, workspace) => {
  test('whatever is imported is declared', () => {
    const { dependencies, peerDependencies, devDependencies } = workspace.manifest;
    const forSources = new Set(Object.keys({ ...dependencies, ...peerDependencies }));
    const forTests = new Set([
      ...forSources,
      ...Object.keys({ ...devDependencies, ...rootManifest.devDependencies }),
      workspace.manifest.name,
    ]);
    const wrong = workspace.files.flatMap((file) => {
      const declared = (file.isTest && !isAppSource(file.path)) || BUNDLED.includes(folder) ? forTests : forSources;
      return listImports(file.tree)
        .filter((specifier) => isForeign(specifier) && !specifier.startsWith('node:'))
        .filter((specifier) => !declared.has(packageOf(specifier)))
        .map((specifier) => `${file.path} imports ${specifier}`);
    });
    expect(wrong).toEqual([]);
  });

  test('siblings are reached by their public entries', () => {
    const wrong = workspace.files.flatMap((file) =>
      listImports(file.tree)
        .filter((specifier) => !FROM_TEMPLATE.includes(specifier))
        .filter((specifier) => leavesFolder(file.path, specifier, folder) || isHiddenEntry(specifier))
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });
});

function layerOf(folder: string): Layer {
  const name = folder.slice('packages/'.length);
  const layer = LAYERS[name] ?? (name.startsWith('adapter-') ? ADAPTER_LAYER : undefined);
  if (!layer) throw new Error(`${folder} has no row in the import table; add one here and in CONTRIBUTING.md.`);
  return layer;
}

/** A folder within a folder is a room of its own. */
function roomOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? path : `${folder}/`;
}

/** What is in no row is above everything. */
function floorOf(room: string): number {
  const floor = SERVER_FLOORS.findIndex((rooms) => rooms.includes(room));
  return floor === -1 ? Infinity : floor;
}

function isForeign(specifier: string): boolean {
  return !specifier.startsWith('.');
}

function isAllowed(specifier: string, layer: Layer, ownName: string): boolean {
  if (specifier.startsWith('node:')) return layer.mayImport.includes('node:*');
  const name = packageOf(specifier);
  return name !== ownName && layer.mayImport.includes(name);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAppSource(path: string): boolean {
  return /^apps\/[^/]+\/src\//.test(path) && !path.endsWith('.test.ts');
}

/** Build files reach the shared root configuration, tests of the repository its scripts; all else stays inside its package. */
function leavesFolder(from: string, specifier: string, folder: string): boolean {
  if (isForeign(specifier) || from.endsWith('.config.ts')) return false;
  const target = posix.join(posix.dirname(from), specifier);
  return !target.startsWith(`${folder}/`) && !(folder.startsWith('tests/') && target.startsWith('scripts/'));
}

function isHiddenEntry(specifier: string): boolean {
  if (!specifier.startsWith('@speko/')) return false;
  const name = packageOf(specifier);
  const target = everything.find((workspace) => workspace.manifest.name === name);
  if (!target) return true;
  // Vite's `?url` asks for the address of a file in place of its content, and `&no-inline` for that of a file indeed.
  const subpath = `.${specifier.slice(name.length)}`.replace(/\?url(&no-inline)?$/, '');
  return !Object.keys(target.manifest.exports ?? {}).some(
    (key) => key === subpath || (key.endsWith('/*') && subpath.startsWith(key.slice(0, -1))),
  );
}

function namesUsed(workspace: Workspace, names: readonly string[]): string[] {
  return workspace.files
    .filter((file) => !file.isTest && !file.path.endsWith('.d.ts'))
    .flatMap((file) => {
      const read = new Set(listReadNames(file.tree));
      return names
        .filter((name) => read.has(name) || read.has(`globalThis.${name}`))
        .map((name) => `${file.path} uses ${name}`);
    });
}
