// What docs/style.md asks for and neither the formatter nor the linter can see.
import { basename } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { listRepositoryFiles, parseSource, readRepositoryFile, visit } from './workspace.ts';

const MAX_LINES = 350;
const MAX_MEDIAN_LINES = 100;

/** Files over {@link MAX_LINES}, each one flat table. */
const TABLES: readonly string[] = [];

/** Members of public errors, which name what the wire or its user calls them. */
const PUBLIC_BOOLEANS: readonly string[] = ['recoverable', 'retryable'];

const paths = listRepositoryFiles();
const scripts = paths.filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path));
const sources = scripts
  .filter((path) => /^(packages|apps|tools|examples)\//.test(path) && !isOfTests(path))
  .map((path) => parseSource(path));

test('files are named in kebab-case', () => {
  const wrong = scripts.map((path) => basename(path)).filter((name) => !/^_?[a-z0-9]+([-.][a-z0-9]+)*$/.test(name));
  expect(wrong).toEqual([]);
});

test('the public entry of a package names its exports one by one', () => {
  const wrong = sources.filter(({ tree }) =>
    tree.statements.some((statement) => ts.isExportDeclaration(statement) && statement.exportClause === undefined),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no file stands over 350 lines but flat tables, and half of them within 100', () => {
  const lines = sources.map(({ path }) => ({ path, lines: countLines(path) }));
  const long = lines.filter((file) => file.lines > MAX_LINES && !TABLES.includes(file.path));
  expect(long.map((file) => `${file.path} ${file.lines}`)).toEqual([]);
  expect(TABLES.filter((path) => !paths.includes(path) || countLines(path) <= MAX_LINES)).toEqual([]);
  const sorted = lines.map((file) => file.lines).toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
});

test('module constants that are written out are UPPER_SNAKE', () => {
  const wrong = sources.flatMap(({ path, tree }) =>
    moduleConstants(tree)
      .filter(({ name }) => !/^[A-Z][A-Z0-9_]*$/.test(name))
      .map(({ name }) => `${path} ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('boolean fields and variables are claims', () => {
  const wrong = sources.flatMap(({ path, tree }) =>
    booleans(tree)
      .filter((name) => !isClaim(name))
      .map((name) => `${path} ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('parameters are described after a hyphen', () => {
  const wrong = scripts.flatMap((path) =>
    readRepositoryFile(path)
      .split('\n')
      .filter((line) => /^\s*\/?\*.*@param [\w.]+ (?!- \S)/.test(line))
      .map((line) => `${path} ${line.trim()}`),
  );
  expect(wrong).toEqual([]);
});

test('comments avoid words that hide who or what is meant', () => {
  const wrong = sources.flatMap(({ path }) =>
    readRepositoryFile(path)
      .split('\n')
      .filter(
        (line) =>
          /^\s*(\/\*\*|\*|\/\/)/.test(line) &&
          /\b([Ww]hoever|[Nn]obody|any more)\b|\/\*\* So (long|much|many)\b/.test(line),
      )
      .map((line) => `${path} ${line.trim()}`),
  );
  expect(wrong).toEqual([]);
});

function isOfTests(path: string): boolean {
  return /\.test(-d)?\.tsx?$|\.config\.ts$|\/(__fixtures__|test|template|worked-example)\//.test(path);
}

function countLines(path: string): number {
  return readRepositoryFile(path).trimEnd().split('\n').length;
}

/** Constants at the top of a file whose value is a number, text, expression, list, set or symbol. */
function moduleConstants(tree: ts.SourceFile): { name: string }[] {
  return tree.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) !== 0)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ initializer }) => initializer !== undefined && isWrittenOut(initializer))
    .flatMap(({ name }) => (ts.isIdentifier(name) ? [{ name: name.text }] : []));
}

function isWrittenOut(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
    return isWrittenOut(node.expression);
  }
  if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node) || ts.isArrayLiteralExpression(node))
    return true;
  if (ts.isNewExpression(node))
    return ['Set', 'RegExp'].includes(node.expression.getText()) && node.arguments?.length !== 0;
  if (ts.isCallExpression(node)) return node.expression.getText() === 'Symbol.for';
  return isNumber(node);
}

function isNumber(node: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(node)) return isNumber(node.operand);
  if (ts.isParenthesizedExpression(node)) return isNumber(node.expression);
  if (ts.isBinaryExpression(node))
    return [node.left, node.right].some(isNumber) && [node.left, node.right].every(isOperand);
  return ts.isNumericLiteral(node) || node.kind === ts.SyntaxKind.BigIntLiteral;
}

function isOperand(node: ts.Expression): boolean {
  return isNumber(node) || /^[A-Z][A-Z0-9_]+(\.\w+)?$/.test(node.getText());
}

function booleans(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (!ts.isPropertyDeclaration(node) && !ts.isVariableDeclaration(node)) return;
    if (ts.isComputedPropertyName(node.name) || ts.isArrayBindingPattern(node.name)) return;
    if (node.type?.kind === ts.SyntaxKind.BooleanKeyword || isBooleanLiteral(node.initializer)) {
      found.push(node.name.getText(tree).replace('#', ''));
    }
  });
  return found.filter((name) => !PUBLIC_BOOLEANS.includes(name));
}

function isBooleanLiteral(node: ts.Expression | undefined): boolean {
  return node?.kind === ts.SyntaxKind.TrueKeyword || node?.kind === ts.SyntaxKind.FalseKeyword;
}

/** `isOpen`, `hadWords`, `canResume`, or a verb in the third person: `reportsPlayback`. */
function isClaim(name: string): boolean {
  return /^(is|has|was|had|can|should|must|may|does|did|[a-z]+s)[A-Z]/.test(name);
}
