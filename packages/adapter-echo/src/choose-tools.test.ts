import { afterEach, expect, test, vi } from 'vitest';
import { chooseTools } from './choose-tools.ts';

afterEach(() => vi.restoreAllMocks());

const tools = ['get_weather', 'find_tea', 'clock'].map((name) => ({ name, description: '', parameters: {} }));

test.each([
  ['Hello there', []],
  ['call get_weather please', ['get_weather']],
  ['Find_Tea!', ['find_tea']],
  ['clock, then get_weather', ['get_weather', 'clock']],
  ['call both', ['get_weather', 'find_tea']],
  ['use a tool', ['get_weather']],
  ['call me', ['get_weather']],
  ['o’clock recall toolbox', ['clock']],
  ['forget_weather', []],
])('[ECH10] %j asks for %j', (text, names) => {
  expect(chooseTools(text, tools).map((tool) => tool.name)).toEqual(names);
});

test('[ECH10] without tools there is nothing to call', () => {
  expect(chooseTools('call both tools', [])).toEqual([]);
});

test('[ECH21] only the first 2,000 characters of a message are read', () => {
  expect(chooseTools(`${'a '.repeat(995)}clock`, tools).map((tool) => tool.name)).toEqual(['clock']);
  expect(chooseTools(`${'a '.repeat(1000)}clock`, tools)).toEqual([]);
});

test('[ECH21] without tools a message is not read at all', () => {
  const split = vi.spyOn(String.prototype, 'split');
  chooseTools('a '.repeat(32_768), []);
  expect(split).not.toHaveBeenCalled();
});
