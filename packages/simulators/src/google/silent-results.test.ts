import { expect, test } from 'vitest';
import { openSimulator, SPEECH, wordsOf } from './__fixtures__/open-simulator.ts';

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

test('[GEM48] results that come while the user speaks are part of the answer to the user', () => {
  const { send, hear, pause, advance, take } = openSimulator({
    setup: { tools: [{ functionDeclarations: [{ name: 'get_tea', behavior: 'NON_BLOCKING' }] }] },
    reply: ({ toolResults, userAudio }) =>
      userAudio.length === 0 && toolResults.length === 0
        ? { tools: [{ name: 'get_tea', arguments: {} }] }
        : { text: [...toolResults.map(({ name }) => name), 'speech'].join(' and ') },
  });
  send({ realtimeInput: { text: 'Tea.' } });
  advance(2000);
  const [id] = take().flatMap(({ toolCall }) => (toolCall?.functionCalls ?? []).flatMap((call) => call.id ?? []));
  hear(SPEECH);
  send({ toolResponse: { functionResponses: [{ id, name: 'get_tea', response: {}, scheduling: 'INTERRUPT' }] } });
  expect(wordsOf(take())).toBe('');
  pause(1000);
  advance(2000);
  expect(wordsOf(take())).toBe('get_tea and speech');
});
