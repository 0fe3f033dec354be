import { expect, test } from 'vitest';
import { parseStart } from './readme.ts';

test('the first program of a readme is read, with the packages that it says to install', () => {
  const text =
    '# a\n```sh\n# words\nnpm install --save-dev @speko/a vitest\n```\n```ts\nrun();\n```\n```ts\nother();\n```\n';
  expect(parseStart(text, '@speko/a')).toEqual({
    dependencies: { '@speko/a': '*', vitest: '*' },
    code: 'run();\n',
    isTsx: false,
  });
});

test('a component is told from a program', () => {
  expect(parseStart('```tsx\n<a />;\n```\n', '@speko/a')).toEqual({
    dependencies: { '@speko/a': '*' },
    code: '<a />;\n',
    isTsx: true,
  });
});

test('a readme without a program has no start', () => {
  expect(parseStart('```sh\nnpm install @speko/a\n```\n', '@speko/a')).toBeUndefined();
});
