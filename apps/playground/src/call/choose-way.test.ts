import { expect, test } from 'vitest';
import { chooseWay } from './choose-way.ts';

test('[UI2] who types needs sound only where the page can make any', () => {
  expect(chooseWay({ isTyped: false, isSecure: false, error: 'INSECURE_CONTEXT' })).toBe('voice');
  expect(chooseWay({ isTyped: true, isSecure: true, error: 'MIC_DENIED' })).toBe('typing');
  expect(chooseWay({ isTyped: true, isSecure: true, error: undefined })).toBe('typing');
  expect(chooseWay({ isTyped: true, isSecure: false, error: undefined })).toBe('reading');
});

test.each(['INSECURE_CONTEXT', 'UNSUPPORTED', 'WORKLET_BLOCKED'] as const)(
  '[UI2] after %s it can make none',
  (error) => {
    expect(chooseWay({ isTyped: true, isSecure: true, error })).toBe('reading');
  },
);
