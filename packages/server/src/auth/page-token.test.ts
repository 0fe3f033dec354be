import { expect, test } from 'vitest';
import { isPageToken, mintPageToken, PageAccess } from './page-token.ts';

test('[PG9] a page token is 24 random bytes, and may be the token of a page', () => {
  const tokens = Array.from({ length: 200 }, mintPageToken);
  for (const token of tokens) {
    expect(token).toMatch(/^page_[0-9a-f]{48}$/);
    expect(isPageToken(token)).toBe(true);
  }
  expect(new Set(tokens).size).toBe(200);
});

test('[PG12] the cookie of one token is that of no other', () => {
  const [one, other] = [new PageAccess(mintPageToken()), new PageAccess(mintPageToken())];
  const [cookie = ''] = one.cookie({ port: 8787, secure: true }).split(';');
  expect(cookie).toMatch(/^speko-page-8787=page_[0-9a-f]{64}$/);
  expect([one.admits(cookie), other.admits(cookie), one.admits(undefined)]).toEqual([true, false, false]);
});
