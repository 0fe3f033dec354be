import { expect, test } from 'vitest';

import * as speko from '@speko/react';

test('the public entry exports these values', () => {
  expect(Object.keys(speko).toSorted()).toEqual(['useAudioLevel', 'useConversation']);
});
