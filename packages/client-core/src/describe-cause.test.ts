import { expect, test } from 'vitest';
import { describeCause } from './describe-cause.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });

test.each([
  ['Node.js', new TypeError('fetch failed', { cause: refused }), 'connect ECONNREFUSED 127.0.0.1:1'],
  [
    'Node.js with several addresses',
    new TypeError('fetch failed', {
      cause: Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' }),
    }),
    'connect ECONNREFUSED 127.0.0.1:1',
  ],
  [
    'a code beside the text',
    Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    'DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate',
  ],
  ['a code alone', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['an event', { type: 'error', message: 'Failed to connect' }, 'Failed to connect'],
  ['a cause that says nothing', new Error('outer', { cause: new Error('') }), 'outer'],
  ['nothing', undefined, undefined],
  ['a text', 'down', undefined],
  ['a long text', new Error('x'.repeat(1000)), 'x'.repeat(200)],
])('[CL20] %s', (_, error, expected) => {
  expect(describeCause(error)).toBe(expected);
});

test('[CL20] causes in a circle end', () => {
  const error = new Error('round');
  error.cause = error;
  expect(describeCause(error)).toBe('round');
});
