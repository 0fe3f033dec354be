import { expect, test } from 'vitest';
import { ConversationHistory } from './conversation-history.ts';

const entry = (role: 'user' | 'assistant', text: string, startMs: number) => ({
  turn: 't1',
  role,
  text,
  interrupted: false,
  startMs,
  atMs: startMs + 500,
});

test('[EN5] it is told in the order of the talk, with what is still being said', () => {
  const history = new ConversationHistory();
  history.said(entry('assistant', 'It is four.', 2000));
  history.said(entry('user', 'What time is it?', 1000));
  history.said(entry('user', '', 1500));
  expect(history.items([entry('assistant', 'Anything el', 3000)])).toEqual([
    { type: 'message', role: 'user', text: 'What time is it?' },
    { type: 'message', role: 'assistant', text: 'It is four.' },
    { type: 'message', role: 'assistant', text: 'Anything el' },
  ]);
});

test('[EN5] a call that the provider took back is not in it: the next connection would wait for its result', () => {
  const history = new ConversationHistory();
  history.called('c1', 'find_tea', '{}', 1000);
  history.called('c2', 'find_cups', '{}', 1000);
  history.withdrawn('c1');
  history.answered('c2', '{"cups":2}', 2000);
  expect(history.items([])).toEqual([
    { type: 'tool-call', callId: 'c2', name: 'find_cups', arguments: '{}' },
    { type: 'tool-result', callId: 'c2', output: '{"cups":2}' },
  ]);
});

test('[TL5] of a long result 64 KiB are kept, and the model is told that this is not all', () => {
  const history = new ConversationHistory();
  history.called('c1', 'read_book', '{}', 1000);
  history.answered('c1', 'x'.repeat(900_000), 2000);
  expect(history.items([])[1]).toEqual({
    type: 'tool-result',
    callId: 'c1',
    output: `${'x'.repeat(65_536)}… (shortened)`,
  });
});

test('[TL5] of 4 MiB and more the oldest goes first, a call with its result', () => {
  const history = new ConversationHistory();
  history.called('c0', 'find_tea', '{}', 0);
  history.said(entry('user', 'first', 1));
  history.answered('c0', '{}', 2);
  for (let turn = 1; turn <= 64; turn++) history.said(entry('assistant', `${turn} `.padEnd(65_536), turn * 1000));
  const kept = history.items([]).map((item) => (item.type === 'message' ? item.text.trim() : item.type));
  expect(kept).toEqual(Array.from({ length: 63 }, (_, index) => String(index + 2)));
});
