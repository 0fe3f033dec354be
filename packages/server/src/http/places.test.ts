import { expect, test } from 'vitest';
import { Places } from './places.ts';

test('[SR6] so many of a key at a time, the others in their order, and other keys beside them', async () => {
  const places = new Places(2);
  const entered: string[] = [];
  const enter = async (key: string, name: string): Promise<() => void> => {
    const leave = await places.enter(key);
    entered.push(name);
    return leave;
  };
  const first = await enter('a', 'a1');
  await enter('a', 'a2');
  const third = enter('a', 'a3');
  const fourth = enter('a', 'a4');
  await enter('b', 'b1');
  expect(entered).toEqual(['a1', 'a2', 'b1']);
  first();
  first();
  (await third)();
  await fourth;
  expect(entered).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
});
