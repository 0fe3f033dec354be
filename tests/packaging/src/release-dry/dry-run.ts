import { readFileSync } from 'node:fs';
import { aloneWith, createProject } from '../harness/empty-project.ts';
import { type PackedGateway, startPackedGateway } from '../harness/packed-gateway.ts';
import { listImports, type PackedPackage } from '../harness/packed-packages.ts';
import { checkNext } from './check-next.ts';
import { checkReadme, exampleDependencies } from './check-readme.ts';
import { CHECKS, NEXT, README } from './checks.ts';
import { judge, type Outcome, type Row } from './outcome.ts';
import { readStart } from './readme.ts';
import type { Subject } from './subject.ts';

/** What is tried, and with what. */
export interface DryRunOptions {
  /** A folder for all projects. */
  readonly scratch: string;
  /** Every package there is. */
  readonly packed: readonly PackedPackage[];
  /** Those to try, each alone. */
  readonly chosen: readonly PackedPackage[];
  /** Names of checks. */
  readonly checks: readonly string[];
  /** Whether all chosen ones are tried together as well. */
  readonly together: boolean;
  /** Told of each check when it begins. */
  readonly progress: (line: string) => void;
}

const ALL_TOGETHER = 'all together';

/** Installs packages into empty projects and tries them there. One check that fails keeps no other from being tried. */
export async function dryRun(options: DryRunOptions): Promise<Row[]> {
  const gatewayProject = await installGateway(options);
  const gateway = gatewayProject === undefined ? undefined : await startPackedGateway(gatewayProject);
  try {
    const rows: Row[] = [];
    for (const [index, each] of options.chosen.entries()) {
      const label = `[${index + 1}/${options.chosen.length}] ${each.manifest.name}`;
      rows.push(await tryAlone(each, label, options, gateway));
    }
    if (options.together) rows.push(await tryTogether(options));
    return rows;
  } finally {
    gateway?.stop();
  }
}

async function tryAlone(
  each: PackedPackage,
  label: string,
  options: DryRunOptions,
  gateway: PackedGateway | undefined,
): Promise<Row> {
  const subject = (project: string): Subject => ({ project, packages: [each] });
  const dependencies = { ...aloneWith(each), ...typesFor([each]) };
  const row = await tryProject(each.manifest.name, label, dependencies, subject, options);
  const start = readStart(each);
  // A component is shown by the page of Next.js.
  if (!options.checks.includes(README) || start === undefined || start.isTsx) return row;
  options.progress(`${label}: ${README}`);
  const outcome = await judge(async () => {
    const { scratch, packed } = options;
    const asked = { ...exampleDependencies(start), ...start.dependencies, ...typesFor([each]) };
    const project = await createProject({ scratch, packed, dependencies: asked });
    await checkReadme(project, start, gateway);
  });
  return { ...row, outcomes: new Map([...row.outcomes, [README, outcome]]) };
}

async function tryTogether(options: DryRunOptions): Promise<Row> {
  const { chosen, checks, progress } = options;
  const packages = chosen.filter(({ manifest }) => listImports(manifest).length > 0);
  const subject = (project: string): Subject => ({ project, packages });
  const asked = Object.assign(
    {},
    ...chosen.map(aloneWith),
    typesFor(chosen),
    checks.includes(NEXT) ? nextAndItsPeers() : {},
  );
  const row = await tryProject(
    ALL_TOGETHER,
    ALL_TOGETHER,
    asked,
    subject,
    { ...options, manager: 'npm' },
    async (project) => {
      if (!checks.includes(NEXT)) return [];
      progress(`${ALL_TOGETHER}: ${NEXT}`);
      // A server holds calls for others and a test runner runs tests: no page imports those.
      const inPages = packages.filter(
        ({ manifest }) => manifest.bin === undefined && !('vitest' in (manifest.peerDependencies ?? {})),
      );
      return [[NEXT, await judge(() => checkNext({ project, packages: inPages }))]];
    },
  );
  return row;
}

/** Installs a project and runs the checks in it; without the project none is run. */
async function tryProject(
  name: string,
  label: string,
  dependencies: Readonly<Record<string, string>>,
  subjectOf: (project: string) => Subject,
  options: DryRunOptions & { readonly manager?: 'npm' },
  more: (project: string) => Promise<[string, Outcome][]> = () => Promise.resolve([]),
): Promise<Row> {
  const { scratch, packed, checks, manager = 'pnpm', progress } = options;
  let project = '';
  progress(`${label}: install`);
  const installed = await judge(async () => {
    project = await createProject({ scratch, packed, dependencies, manager });
  });
  const outcomes = new Map<string, Outcome>([['install', installed]]);
  if (installed.state === 'failed') return { name, outcomes };
  for (const [check, tryIt] of Object.entries(CHECKS)) {
    if (!checks.includes(check)) continue;
    progress(`${label}: ${check}`);
    outcomes.set(check, await judge(() => tryIt(subjectOf(project))));
  }
  for (const [check, outcome] of await more(project)) outcomes.set(check, outcome);
  return { name, outcomes };
}

/** Declarations that users of some packages need: those of Node, and those of a peer that brings none. */
function typesFor(packages: readonly PackedPackage[]): Record<string, string> {
  const needsNode = packages.some(({ manifest }) => manifest.engines !== undefined);
  const needsReact = packages.some(({ manifest }) => 'react' in (manifest.peerDependencies ?? {}));
  return { ...(needsNode && { '@types/node': '^24.0.0' }), ...(needsReact && { '@types/react': '^19.0.0' }) };
}

function nextAndItsPeers(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('next/package.json')), 'utf8'));
  return { next: version, react: '^19.0.0', 'react-dom': '^19.0.0' };
}

/** The project whose gateway the programs of readmes talk to; none where none of them does. */
async function installGateway({
  packed,
  chosen,
  checks,
  scratch,
  progress,
}: DryRunOptions): Promise<string | undefined> {
  const talk = chosen.some((each) => /connectRealtime|createSession/.test(readStart(each)?.code ?? ''));
  const gateway = packed.find(({ manifest }) => 'speko-gateway' in (manifest.bin ?? {}));
  if (!checks.includes(README) || !talk || gateway === undefined) return undefined;
  progress('a gateway for the programs of the readmes');
  return createProject({ scratch, packed, dependencies: aloneWith(gateway) });
}
