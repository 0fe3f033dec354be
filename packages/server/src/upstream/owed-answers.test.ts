import type { HistoryItem } from '@speko/adapter';
import { expect, test } from 'vitest';
import { OwedAnswers } from './owed-answers.ts';

const said = (role: 'user' | 'assistant', text: string): HistoryItem => ({ type: 'message', role, text });

test('[EN5] a history leaves out what will be asked or said again, and only since the last answer', () => {
  const owed = new OwedAnswers();
  owed.asked({ type: 'text-append', text: 'Hello.' }, 0);
  owed.asked({ type: 'tool-result', callId: 'c1', output: '{}' }, 0);
  const history: HistoryItem[] = [
    said('user', 'Hello.'),
    said('assistant', 'Hi.'),
    said('user', 'Is it late?'),
    said('user', 'Hello.'),
    { type: 'tool-call', callId: 'c1', name: 'find', arguments: '{}' },
    { type: 'tool-result', callId: 'c1', output: '{}' },
    said('user', 'Well?'),
  ];
  const held = [{ type: 'text-append', text: 'Well?' }] as const;
  expect(owed.historyWithout(history, ['Is it late?'], held)).toEqual([history[0], history[1], history[4]]);
});

test('[EN5] an answer settles every question before it', () => {
  const owed = new OwedAnswers();
  owed.asked({ type: 'text-append', text: 'Hello.' }, 0);
  owed.answered();
  expect(owed.questions).toEqual([]);
});
