// Errors are recognised by `isInstance`, which works across copies of a package too, and told apart by `code`. A class that
// only inherits `isInstance` would answer for its parent and its siblings: so every class that a package exports is asked
// about an instance of every other one.
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { loadWorkspaces, repositoryRoot, type Workspace } from './workspace.ts';

interface ErrorClass {
  new (...args: unknown[]): Error;
  isInstance?(value: unknown): boolean;
}

/** Suits every constructor there is: as options, as a list of issues, and as a code. */
const ARGUMENT = Object.assign([], { code: 'BAD_OPTION', message: 'Something is wrong.', status: 400 });
const UPPER_SNAKE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

const published = [...loadWorkspaces('packages'), ...loadWorkspaces('apps')].filter(
  ({ manifest }) => !manifest.private,
);
const modules: object[] = await Promise.all(published.flatMap(sourceEntries).map((path) => import(path)));
const classes = [...new Set(modules.flatMap((module) => Object.values(module)).filter(isErrorClass))];

test('the packages export error classes', () => {
  expect(classes.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'RealtimeError',
      'SpekoError',
      'ConversationError',
      'ConfigError',
      'StoreError',
      'AudioError',
    ]),
  );
});

describe.each(classes.map((each) => [each.name, each] as const))('%s', (_name, each) => {
  test('has an isInstance of its own', () => {
    expect(Object.hasOwn(each, 'isInstance')).toBe(true);
  });

  test('isInstance says what instanceof does, of an instance of every other class', () => {
    const wrong = classes.filter((other) => {
      const error = new other(ARGUMENT, 'Something is wrong.');
      return each.isInstance?.(error) !== error instanceof each;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('isInstance of anything else is false', () => {
    for (const value of [undefined, null, 'text', new Error('plain'), { name: each.name }]) {
      expect(each.isInstance?.(value)).toBe(false);
    }
  });
});

test('error codes are UPPER_SNAKE', () => {
  const codes = published
    .flatMap(({ files }) => files.filter(({ path }) => /\/src\//.test(path) && !path.includes('.test')))
    .flatMap(listErrorCodes);
  expect(codes.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['BAD_CONFIG', 'MIC_DENIED', 'ODD_LENGTH', 'TIMEOUT']),
  );
  expect(codes.filter(({ code }) => !UPPER_SNAKE.test(code))).toEqual([]);
});

function sourceEntries({ folder, manifest }: Workspace): string[] {
  return Object.values(manifest.exports ?? {}).flatMap((target) => {
    const source = (target as { '@speko/source'?: string })['@speko/source'];
    return source === undefined ? [] : [join(repositoryRoot, folder, source)];
  });
}

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && value.prototype instanceof Error;
}

/** Codes named by a type `…ErrorCode`, and in what a class of errors extends. */
function listErrorCodes({ path, tree }: Workspace['files'][number]): { path: string; code: string }[] {
  const found: { path: string; code: string }[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) found.push({ path, code: node.literal.text });
    ts.forEachChild(node, collect);
  };
  tree.forEachChild((node) => {
    if (ts.isTypeAliasDeclaration(node) && node.name.text.endsWith('ErrorCode')) collect(node.type);
    if (!ts.isClassDeclaration(node)) return;
    const parents = node.heritageClauses?.flatMap(({ types }) => types) ?? [];
    for (const parent of parents)
      if (parent.expression.getText(tree).endsWith('Error')) parent.typeArguments?.forEach(collect);
  });
  return found;
}
