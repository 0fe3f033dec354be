import { expect, test } from 'vitest';
import { isBranded, RealtimeError } from './realtime-error.ts';

const linkErrorBrand: unique symbol = Symbol.for('speko.test.LinkError');

class LinkError extends RealtimeError<'LINK_LOST' | 'LINK_REFUSED'> {
  override readonly name: string = 'LinkError';
  readonly [linkErrorBrand] = true;

  static override isInstance(error: unknown): error is LinkError {
    return isBranded(error, linkErrorBrand);
  }
}

test('an error holds its code, message, cause and whether to retry', () => {
  const cause = new Error('socket');
  const error = new RealtimeError({ code: 'LINK_LOST', message: 'Connect again.', retryable: true, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'RealtimeError', code: 'LINK_LOST', message: 'Connect again.', retryable: true });
  expect(error.cause).toBe(cause);
});

test('an error is not retryable and has no cause unless told so', () => {
  const error = new RealtimeError({ code: 'X', message: 'm' });
  expect(error.retryable).toBe(false);
  expect(Object.hasOwn(error, 'cause')).toBe(false);
});

test('a subclass is recognised as itself and as its base', () => {
  const error: unknown = new LinkError({ code: 'LINK_REFUSED', message: 'm' });
  expect(LinkError.isInstance(error)).toBe(true);
  expect(RealtimeError.isInstance(error)).toBe(true);
  expect(LinkError.isInstance(new RealtimeError({ code: 'LINK_REFUSED', message: 'm' }))).toBe(false);
});

test('an error made by another copy of the package is recognised', () => {
  const foreign = Object.assign(new Error('m'), { [Symbol.for('speko.RealtimeError')]: true });
  expect(RealtimeError.isInstance(foreign)).toBe(true);
});

test.each([undefined, null, 'RealtimeError', {}, new Error('m')])('%j is none', (value) => {
  expect(RealtimeError.isInstance(value)).toBe(false);
});
