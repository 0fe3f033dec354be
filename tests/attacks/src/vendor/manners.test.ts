import { expect, test } from 'vitest';
import { mannerOf } from './manners.ts';

test('a model names the manner, its argument, and whatever tells two sessions apart', () => {
  expect(mannerOf('quiet')).toEqual({ type: 'quiet' });
  expect(mannerOf('slow-ready:1000~7')).toEqual({ type: 'slow-ready', ms: 1000 });
  expect(mannerOf('flood:audio~1')).toEqual({ type: 'flood', flood: 'audio', at: 'input' });
  expect(mannerOf('flood-at-once:errors')).toEqual({ type: 'flood', flood: 'errors', at: 'ready' });
  expect(mannerOf('expires:-5')).toEqual({ type: 'expires', at: -5 });
});

test('a model that names none is a mistake of the attack', () => {
  expect(() => mannerOf('gpt')).toThrow('"gpt" names no manner');
  expect(() => mannerOf('flood:tea')).toThrow('"tea" is no flood');
});
