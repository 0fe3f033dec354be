import { expect, test } from 'vitest';
import { openCallsOf, seedTurns } from './seed-history.ts';

test('[GEM10] neighbours are joined, empty messages left out, and everything is text', () => {
  expect(
    seedTurns([
      { type: 'message', role: 'system', text: 'Be kind.' },
      { type: 'message', role: 'user', text: 'Tea?' },
      { type: 'message', role: 'assistant', text: '  ' },
      { type: 'tool-call', callId: 'a', name: 'find_tea', arguments: '{"kind":"mint"}' },
      { type: 'tool-result', callId: 'a', output: '{"stock":4}' },
      { type: 'tool-result', callId: 'b', output: '1' },
      { type: 'message', role: 'assistant', text: 'Four left.' },
    ]),
  ).toEqual({
    turns: [
      { role: 'user', parts: [{ text: '[Instruction: Be kind.]\nTea?' }] },
      { role: 'model', parts: [{ text: '[I called the function find_tea with {"kind":"mint"}]' }] },
      {
        role: 'user',
        parts: [{ text: '[The function find_tea returned: {"stock":4}]\n[The function that was called returned: 1]' }],
      },
      { role: 'model', parts: [{ text: 'Four left.' }] },
    ],
    pendingQuestion: undefined,
  });
});

test('[GEM10] the newest words are kept', () => {
  const { turns } = seedTurns([
    { type: 'message', role: 'user', text: 'a'.repeat(40_000) },
    { type: 'message', role: 'assistant', text: 'b'.repeat(40_000) },
    { type: 'message', role: 'user', text: 'c' },
    { type: 'message', role: 'assistant', text: 'd' },
  ]);
  expect(turns.map(({ role, parts }) => [role, parts[0]?.text.length])).toEqual([
    ['model', 40_000],
    ['user', 1],
    ['model', 1],
  ]);
});

test('[GEM9] open calls are those without a result', () => {
  expect(
    openCallsOf([
      { type: 'tool-call', callId: 'a', name: 'one', arguments: '{}' },
      { type: 'tool-call', callId: 'b', name: 'two', arguments: '{}' },
      { type: 'tool-result', callId: 'a', output: '1' },
    ]).map(({ callId }) => callId),
  ).toEqual(['b']);
});
