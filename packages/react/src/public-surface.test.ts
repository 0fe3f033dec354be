import * as speko from '@speko/react';
import { expect, test } from 'vitest';

test('the public entry exports these values', () => {
  expect(Object.keys(speko).toSorted()).toEqual(['useAudioLevel', 'useConversation']);
});
