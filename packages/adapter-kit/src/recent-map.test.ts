import { expect, test } from 'vitest';
import { RecentIds, RecentMap } from './recent-map.ts';

test('[XAI58, OAI60, GEM55] the latest 1,000 are remembered', () => {
  const ids = new RecentIds();
  const map = new RecentMap<string, number>();
  for (let index = 1; index <= 1001; index++) {
    ids.add(`i${index}`);
    map.set(`i${index}`, index);
  }
  expect([ids.has('i1'), ids.has('i2'), ids.has('i1001')]).toEqual([false, true, true]);
  expect([map.size, map.get('i1'), map.get('i2'), map.get('i1001')]).toEqual([1000, undefined, 2, 1001]);
});

test('[XAI58, OAI60, GEM55] what is known keeps its age, and what is deleted makes room', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([false, true, true]);
  expect([map.delete('b'), map.delete('b')]).toEqual([true, false]);
  map.set('d', 5);
  expect([map.has('c'), map.has('d')]).toEqual([true, true]);
});
