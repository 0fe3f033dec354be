import { expect, test } from 'vitest';
import { BrookLines } from './brook-lines.ts';

test('[BROO17] of lines the latest 1,000 are remembered', () => {
  const lines = new BrookLines('auto');
  for (let line = 1; line <= 1001; line++) {
    lines.speechStart(line);
    lines.speechEnd(line);
  }
  expect(lines.heard(1, 'Hello', true)).toEqual([]);
  expect(lines.heard(2, 'Hello', true)).toEqual([
    { type: 'transcript-end', role: 'user', turnId: 'turn-2', text: 'Hello' },
  ]);
  expect(lines.heard(2, 'Hello', true)).toEqual([]);
});

test('[BROO17] of turns without a number the latest 256 wait for one', () => {
  const lines = new BrookLines('manual');
  for (let turn = 1; turn <= 257; turn++) lines.commit();
  expect(lines.heard(1, 'Hello', true)).toMatchObject([{ type: 'transcript-end', turnId: 'turn-2' }]);
});
