import { expect, test } from 'vitest';
import { openSimulator, wordsOf } from '../__fixtures__/open-simulator.ts';

const TOOLS = [{ functionDeclarations: [{ name: 'get_tea' }, { name: 'get_cup' }] }];

test('[GEM48] of results told in silence the model speaks once it is told of another', () => {
  const { send, advance, take } = openSimulator({
    setup: { tools: TOOLS },
    reply: ({ toolResults }) =>
      toolResults.length === 0
        ? { tools: ['get_tea', 'get_cup'].map((name) => ({ name, arguments: {} })) }
        : { text: toolResults.map(({ name }) => name).join(' and ') },
  });
  send({ realtimeInput: { text: 'Tea and a cup.' } });
  advance(2000);
  const ids = take().flatMap(({ toolCall }) => (toolCall?.functionCalls ?? []).flatMap(({ id }) => id ?? []));
  const answer = (id: string | undefined, name: string, scheduling: string) =>
    send({ toolResponse: { functionResponses: [{ id, name, response: {}, scheduling }] } });
  answer(ids[0], 'get_tea', 'SILENT');
  advance(2000);
  expect(wordsOf(take())).toBe('');
  answer(ids[1], 'get_cup', 'INTERRUPT');
  advance(2000);
  expect(wordsOf(take())).toBe('get_tea and get_cup');
});
