// What the adapters have in common: the same first files, and one kit that exports what they use.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { listRepositoryFiles, parseSource, readRepositoryFile, repositoryRoot, visit } from './workspace.ts';

/** Dialled adapters: where their sources are, and the id that begins their first files. */
const DIALLED = [
  { folder: 'packages/adapter-openai/src', id: 'openai' },
  { folder: 'packages/adapter-google/src', id: 'google' },
  { folder: 'packages/adapter-xai/src', id: 'xai' },
  { folder: 'tools/new-adapter/template/src', id: 'acme' },
  { folder: 'examples/own-adapter/src', id: 'brook' },
];
const FIRST_FILES = ['adapter', 'capabilities', 'options', 'dial-plan', 'wire', 'client-events', 'errors', 'codec'];

test('every dialled adapter of the repository is listed here', () => {
  const adapters = listRepositoryFiles().filter((path) => /^packages\/adapter-[^/]+\/src\/[^/]+-codec\.ts$/.test(path));
  const codecs = DIALLED.map(({ folder, id }) => `${folder}/${id}-codec.ts`);
  expect(adapters.filter((path) => !codecs.includes(path))).toEqual([]);
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

describe.each(['index', 'openai-dialect'])('packages/adapter-kit/src/%s.ts', (entry) => {
  const others = listRepositoryFiles().filter(
    (path) => path.endsWith('.ts') && !path.startsWith('packages/adapter-kit/') && !path.endsWith('.test.ts'),
  );
  const specifier = entry === 'index' ? '@speko/adapter-kit' : `@speko/adapter-kit/${entry}`;

  test('exports nothing that only the kit itself uses; types may be parts of what others use', () => {
    const imported = new Set(others.flatMap((path) => namesImported(parseSource(path).tree, specifier)));
    const exported = valuesExported(parseSource(`packages/adapter-kit/src/${entry}.ts`).tree);
    expect(exported.length).toBeGreaterThan(5);
    expect(exported.filter((name) => !imported.has(name))).toEqual([]);
  });
});

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
