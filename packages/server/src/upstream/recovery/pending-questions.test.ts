import type { HistoryItem } from '@speko/adapter';
import { expect, test } from 'vitest';
import { PendingQuestions } from './pending-questions.ts';

const said = (role: 'user' | 'assistant', text: string): HistoryItem => ({ type: 'message', role, text });

test('[EN5] a history leaves out what will be asked or said again, and only since the last answer', () => {
  const owed = new PendingQuestions();
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
  const owed = new PendingQuestions();
  owed.asked({ type: 'text-append', text: 'Hello.' }, 0);
  owed.answered();
  expect(owed.questions).toEqual([]);
});

test('[EN5] of a result no more than 64 KiB is kept to be said again, and what was left out is said', () => {
  const owed = new PendingQuestions();
  owed.asked({ type: 'tool-result', callId: 'c1', output: 'x'.repeat(70_000) }, 0);
  expect(owed.questions[0]?.command).toEqual({
    type: 'tool-result',
    callId: 'c1',
    output: `${'x'.repeat(65_536)}… (4464 more characters were left out)`,
  });
  expect(owed.hasLost).toBe(false);
});

test('[EN5] of all that has no answer the newest four mebibytes and thousand are kept', () => {
  const large = new PendingQuestions();
  for (let count = 0; count < 65; count++)
    large.asked({ type: 'tool-result', callId: `c${count}`, output: 'x'.repeat(65_536) }, 0);
  expect(large.questions).toHaveLength(64);
  expect(large.questions[0]?.command).toMatchObject({ callId: 'c1' });
  expect(large.hasLost).toBe(true);
  large.answered();
  expect(large.hasLost).toBe(false);

  const many = new PendingQuestions();
  for (let count = 0; count < 1001; count++) many.asked({ type: 'text-append', text: `${count}` }, 0);
  expect(many.questions).toHaveLength(1000);
  expect(many.questions[0]?.command).toEqual({ type: 'text-append', text: '1' });
});

test('[EN12] a vendor that calls tools without end is waited for no longer than for a thousand', () => {
  const owed = new PendingQuestions();
  for (let count = 0; count < 5000; count++) owed.toolCalled(`c${count}`);
  for (let count = 4000; count < 5000; count++) owed.toolSettled(`c${count}`);
  expect(owed.awaitsTools).toBe(false);
});
