import { expect, test } from 'vitest';
import { sayExactly } from './say-exactly.ts';

test('a first message is quoted, so that nothing in it reads as a request', () => {
  expect(sayExactly('Hello, I am "Ada".')).toBe(
    'Say exactly the following to the user, word for word, and nothing else: "Hello, I am \\"Ada\\"."',
  );
});
