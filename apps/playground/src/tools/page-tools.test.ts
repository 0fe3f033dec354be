import { expect, test } from 'vitest';
import { createPageTools, toDefinition, type Hue } from './page-tools.ts';

function setUp() {
  const page = { hue: 'indigo' as Hue };
  const tools = createPageTools({
    getHue: () => page.hue,
    setHue: (hue) => (page.hue = hue),
    now: () => new Date(2026, 0, 2, 15, 4, 5),
  });
  const run = (name: string, args: Record<string, unknown>) => {
    const context = { callId: 'c1', name, arguments: JSON.stringify(args), signal: new AbortController().signal };
    return tools.find((tool) => tool.name === name)?.execute?.(args, context);
  };
  return { page, tools, run };
}

test('get_time tells the time of the page', () => {
  expect(setUp().run('get_time', {})).toMatchObject({ time: '15:04:05' });
});

test('set_page_colour changes the page, and goes round when asked for the next', () => {
  const { page, run } = setUp();
  expect(run('set_page_colour', { colour: 'blue' })).toEqual({ colour: 'blue' });
  expect(page.hue).toBe('blue');
  expect(run('set_page_colour', { colour: 'next' })).toEqual({ colour: 'indigo' });
  expect(run('set_page_colour', { colour: 'next' })).toEqual({ colour: 'green' });
  expect(page.hue).toBe('green');
});

test('a colour the page does not have is refused with those it has', () => {
  const { page, run } = setUp();
  expect(() => run('set_page_colour', { colour: 'mauve' })).toThrow(
    'The page has no colour mauve; it has indigo, green, rose, orange, blue.',
  );
  expect(page.hue).toBe('indigo');
});

test('what a session is minted with has no code in it', () => {
  expect(setUp().tools.map((tool) => Object.keys(toDefinition(tool)))).toEqual([
    ['name', 'description', 'parameters'],
    ['name', 'description', 'parameters'],
  ]);
});
