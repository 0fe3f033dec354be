import { expect, test } from 'vitest';
import { startCodec } from '../__fixtures__/start-codec.ts';
import { acceptedCallId, seedItems } from './seed-history.ts';

const LONG = 'toolu_0123456789abcdefghijklmnopqrstuvwxyz';

test('[OAI11] ids of calls that are too long for this vendor become short ones, the same every time', () => {
  expect(acceptedCallId('call_1')).toBe('call_1');
  expect(acceptedCallId(LONG)).toMatch(/^call_[0-9a-f]{24}$/);
  expect(acceptedCallId(LONG)).toBe(acceptedCallId(LONG));
  expect(acceptedCallId(LONG)).not.toBe(acceptedCallId(`${LONG}!`));
});

test('[OAI11] a result without its call is left out: the vendor would refuse it', () => {
  expect(seedItems([{ type: 'tool-result', callId: 'call_9', output: '1' }], 'ga')).toEqual([]);
});

test('[OAI11] in the beta the words of the assistant have another type', () => {
  expect(seedItems([{ type: 'message', role: 'assistant', text: 'Hi.' }], 'beta')).toEqual([
    { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] },
  ]);
});

test('[OAI11] calls left open by an earlier connection are answered here, and the model goes on after the last', () => {
  const history = [
    { type: 'tool-call', callId: LONG, name: 'find_tea', arguments: '{}' },
    { type: 'tool-call', callId: 'call_2', name: 'find_cup', arguments: '{}' },
  ] as const;
  const started = startCodec({ continuation: { history } });
  started.receive({ type: 'session.updated', session: {} });
  const first = started.send({ type: 'tool-result', callId: LONG, output: '4' });
  expect(first).toMatchObject([{ item: { type: 'function_call_output', call_id: acceptedCallId(LONG), output: '4' } }]);
  expect(started.send({ type: 'tool-result', callId: 'call_2', output: '1' })).toMatchObject([
    { item: { call_id: 'call_2' } },
    { type: 'response.create' },
  ]);
});
