import { expect, test } from 'vitest';
import { chooseTools } from './choose-tools.ts';

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
