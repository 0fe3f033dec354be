// What the adapters have in common: the same first files, and one kit that exports what they use.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { listRepositoryFiles, parseSource, readRepositoryFile, repositoryRoot, visit } from './workspace.ts';

/** Dialled adapters, which are those with a codec: where their sources are, and the id that begins their first files. */
const DIALLED = listRepositoryFiles().flatMap((path) => {
  const [, folder, id] =
    /^((?:packages|examples|tools)\/[^/]+(?:\/template)?\/src)\/([^/]+)-codec\.ts$/.exec(path) ?? [];
  return folder === undefined || id === undefined ? [] : [{ folder, id }];
});
const FIRST_FILES = ['adapter', 'capabilities', 'options', 'dial-plan', 'wire', 'client-events', 'errors', 'codec'];

test('the vendors, the template and the example are among them', () => {
  expect(DIALLED.map(({ id }) => id)).toEqual(expect.arrayContaining(['openai', 'google', 'xai', 'acme', 'brook']));
});

test.each(DIALLED)('the adapter $id begins with the files that all adapters begin with', ({ folder, id }) => {
  const missing = FIRST_FILES.map((name) => `${id}-${name}.ts`).filter(
    (name) => !existsSync(join(repositoryRoot, folder, name)),
  );
  expect(missing).toEqual([]);
});

test('the guide lists them in this order', () => {
  const rows = [...readRepositoryFile('docs/adapters/guide.md').matchAll(/^\| `acme-([a-z-]+)\.ts` \|/gm)];
  expect(rows.map(([, name]) => name).slice(0, FIRST_FILES.length)).toEqual(FIRST_FILES);
});

/** Entries whose users are other packages of this repository; what authors outside use as well is listed beside them. */
const KIT_ENTRIES = [
  { folder: 'packages/adapter-kit', entry: 'index', forAuthors: [] },
  { folder: 'packages/adapter-kit', entry: 'openai-dialect', forAuthors: [] },
  {
    folder: 'packages/adapter-testkit',
    entry: 'index',
    forAuthors: ['ADAPTER_CHECKS', 'ConformanceFailure', 'findShapeFault', 'runConformance'],
  },
  { folder: 'packages/simulator-kit', entry: 'index', forAuthors: [] },
  { folder: 'packages/simulator-kit', entry: 'host', forAuthors: [] },
];

test.each(KIT_ENTRIES)(
  '$folder/src/$entry.ts exports nothing that only its package uses',
  ({ folder, entry, forAuthors }) => {
    const others = listRepositoryFiles().filter((path) => /\.tsx?$/.test(path) && !path.startsWith(`${folder}/`));
    const name = `@speko/${folder.slice('packages/'.length)}`;
    const specifier = entry === 'index' ? name : `${name}/${entry}`;
    const imported = new Set(others.flatMap((path) => namesImported(parseSource(path).tree, specifier)));
    const exported = valuesExported(parseSource(`${folder}/src/${entry}.ts`).tree);
    expect(exported.length).toBeGreaterThan(0);
    // Types may be parts of what others use.
    expect(exported.filter((each) => !imported.has(each))).toEqual(forAuthors);
  },
);

function namesImported(tree: ts.SourceFile, specifier: string): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (!ts.isImportDeclaration(node) || (node.moduleSpecifier as ts.StringLiteral).text !== specifier) return;
    const bindings = node.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return;
    found.push(...bindings.elements.map((element) => (element.propertyName ?? element.name).text));
  });
  return found;
}

function valuesExported(tree: ts.SourceFile): string[] {
  return tree.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) return [];
    return clause.elements.filter((element) => !element.isTypeOnly).map((element) => element.name.text);
  });
}
