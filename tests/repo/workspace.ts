import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

export const repositoryRoot = join(import.meta.dirname, '..', '..');

export interface Manifest {
  name: string;
  private?: boolean;
  exports?: Record<string, unknown>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** One workspace package: `folder` is relative to the repository, such as `packages/audio`. */
export interface Workspace {
  folder: string;
  manifest: Manifest;
  files: SourceFile[];
}

/** One TypeScript file, its path relative to the repository. */
export interface SourceFile {
  path: string;
  isTest: boolean;
  tree: ts.SourceFile;
}

/** What git tracks or would add: everything but ignored files. */
export function listRepositoryFiles(): string[] {
  const out = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(out.split('\0'))].filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
}

export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readRepositoryFile(join(folder, 'package.json')));
}

/** All packages below `parent`, with their TypeScript files parsed. */
export function loadWorkspaces(parent: 'packages' | 'apps' | 'tests' | 'examples' | 'tools'): Workspace[] {
  const parentPath = join(repositoryRoot, parent);
  if (!existsSync(parentPath)) return [];
  const sources = listRepositoryFiles().filter((path) => /\.tsx?$/.test(path));
  return readdirSync(parentPath)
    .filter((name) => existsSync(join(parentPath, name, 'package.json')))
    .map((name) => {
      const folder = `${parent}/${name}`;
      const files = sources.filter((path) => path.startsWith(`${folder}/`)).map(parseSource);
      return { folder, manifest: readManifest(folder), files };
    });
}

/**
 * Compiler `paths` that lead every public entry of every package to its source, so that nothing need be built, and what they
 * depend on to where it is installed.
 */
export function listSourcePaths(): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (const { folder, manifest } of [...loadWorkspaces('packages'), ...loadWorkspaces('apps')]) {
    for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
      const source =
        typeof target === 'object' && target !== null && '@speko/source' in target && target['@speko/source'];
      if (typeof source === 'string')
        paths[`${manifest.name}${entry.slice(1)}`] = [join(repositoryRoot, folder, source)];
    }
    for (const name of Object.keys(manifest.dependencies ?? {}).filter((each) => !each.startsWith('@speko/'))) {
      paths[name] ??= [dirname(join(repositoryRoot, folder, 'node_modules', name, 'package.json'))];
    }
  }
  return paths;
}

const parsed = new Map<string, SourceFile>();

export function parseSource(path: string): SourceFile {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const tree = ts.createSourceFile(path, readRepositoryFile(path), ts.ScriptTarget.Latest, true);
  const isTest = /\.test(-d)?\.ts$/.test(path) || path.endsWith('.config.ts') || !/^packages\/[^/]+\/src\//.test(path);
  const source = { path, isTest, tree };
  parsed.set(path, source);
  return source;
}

/** Every module a file names: imports, re-exports, `import()` as call and as type. */
export function listImports(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text);
    } else if (ts.isCallExpression(node) && isModuleCall(node)) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) found.push(argument.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) found.push(node.argument.literal.text);
    }
  });
  return found;
}

/** Names a file reads from the global scope or elsewhere: identifiers that are not property names or declarations. */
export function listReadNames(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (!ts.isIdentifier(node)) return;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
      if (ts.isIdentifier(parent.expression)) found.push(`${parent.expression.text}.${node.text}`);
      return;
    }
    if ((ts.isQualifiedName(parent) && parent.right === node) || ts.isImportSpecifier(parent)) return;
    const named = parent as { name?: ts.Node };
    if (named.name === node && !ts.isShorthandPropertyAssignment(parent)) return;
    found.push(node.text);
  });
  return found;
}

/** Titles given to `test`, `it` and `describe`, with `${…}` left out of template literals. */
export function listTestTitles(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (!ts.isCallExpression(node) || !/^(test|it|describe)\b/.test(node.expression.getText(tree))) return;
    const [title] = node.arguments;
    if (!title) return;
    if (ts.isStringLiteralLike(title)) found.push(title.text);
    else if (ts.isTemplateExpression(title)) {
      found.push([title.head.text, ...title.templateSpans.map((span) => span.literal.text)].join(' '));
    }
  });
  return found;
}

function isModuleCall(node: ts.CallExpression): boolean {
  return (
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require')
  );
}

/** Calls `look` for a node and all below it. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}
