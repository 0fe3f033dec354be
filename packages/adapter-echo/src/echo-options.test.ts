import { expect, test } from 'vitest';
import { createEcho } from './echo-adapter.ts';

test('[ECH1] without options the echo speaks at four times real time and waits 550 ms', () => {
  expect(createEcho().parseOptions({})).toEqual({ speed: 4, hangoverMs: 550 });
  expect(createEcho().parseOptions({ speed: 1 })).toEqual({ speed: 1, hangoverMs: 550 });
});

test.each([
  [{ speed: 0 }, 'speed'],
  [{ speed: '4' }, 'speed'],
  [{ hangoverMs: 50 }, 'hangoverMs'],
  [{ hangover: 500 }, 'hangover'],
  [null, 'cannot be used'],
])('[ECH1] %j is refused by name', (input, word) => {
  expect(() => createEcho().parseOptions(input)).toThrow(word);
});
