import { expect, test } from 'vitest';
import { linkMarked, listMarkedPaths } from './marked-links.ts';

const PLAIN = 'See <!-- repo: docs/page.md -->the page<!-- /repo -->, then\n[another](SPEC.md).\n';
const LINKED =
  'See <!-- repo: docs/page.md -->[the page](https://github.com/speko/realtime/blob/main/docs/page.md)<!-- /repo -->, then\n[another](SPEC.md).\n';
const address = { slug: 'speko/realtime' };

test('a marked mention becomes a link once there is an address', () => {
  expect(linkMarked(PLAIN, address)).toBe(LINKED);
});

test('doing it twice changes nothing', () => {
  expect(linkMarked(LINKED, address)).toBe(LINKED);
  expect(linkMarked(PLAIN, undefined)).toBe(PLAIN);
});

test('another address replaces the one before, and none takes the link away', () => {
  expect(linkMarked(LINKED, { slug: 'a/b' })).toContain('[the page](https://github.com/a/b/blob/main/docs/page.md)');
  expect(linkMarked(LINKED, undefined)).toBe(PLAIN);
});

test('several mentions, code among them, are each their own', () => {
  const text = '<!-- repo: a.md -->`a`<!-- /repo --> and <!-- repo: b/c -->b\nc<!-- /repo -->';
  expect(linkMarked(text, { slug: 'o/n' })).toBe(
    '<!-- repo: a.md -->[`a`](https://github.com/o/n/blob/main/a.md)<!-- /repo --> and ' +
      '<!-- repo: b/c -->[b\nc](https://github.com/o/n/blob/main/b/c)<!-- /repo -->',
  );
  expect(listMarkedPaths(text)).toEqual(['a.md', 'b/c']);
});
