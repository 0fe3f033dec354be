import type { TranscriptTurn } from '@speko/client-browser';
import { expect, test } from 'vitest';
import type { ToolNote } from './call-journal.ts';
import { placeTools } from './place-tools.ts';

const turn = (id: string, startMs: number | undefined): TranscriptTurn => ({
  id,
  role: id.startsWith('u') ? 'user' : 'assistant',
  text: 'Hello.',
  final: true,
  interrupted: false,
  startMs,
});
const tool = (callId: string, fields: Partial<ToolNote> = {}): ToolNote => ({
  callId,
  name: 'get_time',
  arguments: '{}',
  output: undefined,
  failed: false,
  spokenAtMs: 2_000,
  question: undefined,
  afterTurn: undefined,
  ...fields,
});
/** Ids in the order in which they are shown. */
function order(transcript: readonly TranscriptTurn[], ...tools: ToolNote[]): string[] {
  const placed = placeTools(transcript, tools);
  const after = (id: string | undefined) => placed.get(id)?.map(({ callId }) => callId) ?? [];
  return [...after(undefined), ...transcript.flatMap(({ id }) => [id, ...after(id)])];
}

test('[UI4] a call stands behind its question, which was transcribed after it, and before the answer', () => {
  expect(order([turn('u1', 500), turn('a1', 2_400)], tool('call'))).toEqual(['u1', 'call', 'a1']);
  expect(order([turn('a1', 2_400)], tool('call'))).toEqual(['call', 'a1']);
});

test('[UI4] what was said in between stands before it, and what is said later behind it', () => {
  const transcript = [turn('u1', 500), turn('a1', 1_500), turn('u2', 2_100), turn('a2', 3_000)];
  expect(order(transcript, tool('call'))).toEqual(['u1', 'a1', 'call', 'u2', 'a2']);
});

test('[UI4] a question whose time is not known, or wrong, is known by its turn', () => {
  expect(order([turn('u1', undefined), turn('a1', undefined)], tool('call', { question: 'u1' }))).toEqual([
    'u1',
    'call',
    'a1',
  ]);
  expect(order([turn('u1', 2_300), turn('a1', 2_400)], tool('call', { question: 'u1' }))).toEqual(['u1', 'call', 'a1']);
});

test('[UI4] without any time a call stands where it came', () => {
  const transcript = [turn('u1', undefined), turn('a1', undefined), turn('u2', undefined)];
  expect(order(transcript, tool('call', { afterTurn: 'a1' }))).toEqual(['u1', 'a1', 'call', 'u2']);
});

test('[UI4] calls of one question keep their order', () => {
  expect(order([turn('u1', 500), turn('a1', 2_400)], tool('one'), tool('two', { spokenAtMs: 2_200 }))).toEqual([
    'u1',
    'one',
    'two',
    'a1',
  ]);
});
