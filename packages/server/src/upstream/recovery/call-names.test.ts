import type { SessionCommand, SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { CallNames } from './call-names.ts';

const call = (callId: string): SessionEvent => ({ type: 'tool-call', callId, name: 'find', arguments: '{}' });
const nameOf = (event: SessionEvent): string | undefined => ('callId' in event ? event.callId : undefined);
const result = (callId: string): SessionCommand => ({ type: 'tool-result', callId, output: 'x' });

test('[TL1] a call keeps its id, and one of a later connection with the same id has another name', () => {
  const names = new CallNames();
  expect(nameOf(names.rename(call('call_0')))).toBe('call_0');
  names.moved();
  expect(nameOf(names.rename(call('call_0')))).toBe('call_0_2');
  expect(nameOf(names.rename(call('call_1')))).toBe('call_1');
  expect(names.original(result('call_0_2'))).toEqual(result('call_0'));
  expect(nameOf(names.rename({ type: 'tool-cancel', callId: 'call_0' }))).toBe('call_0_2');
  names.moved();
  expect(nameOf(names.rename(call('call_0')))).toBe('call_0_3');
});

test('[TL2] the result of a call of an earlier connection goes by the name the later one was told', () => {
  const names = new CallNames();
  names.rename(call('call_0'));
  names.moved();
  names.rename(call('call_0'));
  names.moved();
  expect(names.original(result('call_0_2'))).toEqual(result('call_0_2'));
  expect(nameOf(names.rename({ type: 'tool-cancel', callId: 'call_0_2' }))).toBe('call_0_2');
});

test('what is no call passes', () => {
  const names = new CallNames();
  const event: SessionEvent = { type: 'response-start', responseId: 'call_0' };
  expect(names.rename(event)).toBe(event);
  const command: SessionCommand = { type: 'text-append', text: 'call_0' };
  expect(names.original(command)).toBe(command);
});

test('[TL1] of more than 1,000 calls the oldest are forgotten', () => {
  const names = new CallNames();
  for (let count = 0; count <= 1000; count++) names.rename(call(`call_${count}`));
  names.moved();
  expect(nameOf(names.rename(call('call_0')))).toBe('call_0');
  expect(nameOf(names.rename(call('call_1000')))).toBe('call_1000_2');
});
