import { expect, test } from 'vitest';
import { isSubprotocolToken } from './subprotocol.ts';

test.each(['a', 'speko.realtime.v1', 'spk_Ab-9.~', "!#$%&'*+-.^_`|~"])(
  '[RS14] %s may stand as a subprotocol',
  (token) => {
    expect(isSubprotocolToken(token)).toBe(true);
  },
);

test.each(['', ' ', 'a b', 'YQ==', 'a/b', 'a,b', 'a\n', 'é', '"a"', 'a:b', '(a)'])('[RS14] %j may not', (token) => {
  expect(isSubprotocolToken(token)).toBe(false);
});
