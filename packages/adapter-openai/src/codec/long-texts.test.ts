import type { SessionCommand } from '@speko/adapter';
import { expect, test } from 'vitest';
import { created, functionCall, startReadyCodec } from '../__fixtures__/start-codec.ts';
import { seedItems } from './seed-history.ts';

const LONG = `${'x'.repeat(255_953)}${'é'.repeat(100)}`;
const CUT = `${'x'.repeat(255_951)}\n[Cut off here: 256053 characters were too many.]`;

function ask(command: SessionCommand) {
  const { codec, receive } = startReadyCodec();
  receive(created('r1'));
  receive(functionCall('r1', 'call_1'));
  const output = codec.encode(command, 0);
  if (output.type !== 'ok') throw new Error(output.reason);
  const [first] = output.frames.map((frame) => (JSON.parse(String(frame)) as { item: unknown }).item);
  return { item: first, events: output.events };
}

test('[OAI59] a result that is too long is cut, and that is told to the model and to the client', () => {
  const { item, events } = ask({ type: 'tool-result', callId: 'call_1', output: LONG });
  expect(item).toEqual({ type: 'function_call_output', call_id: 'call_1', output: CUT });
  expect(events).toEqual([
    {
      type: 'provider-error',
      code: 'INVALID_REQUEST',
      message:
        'The result of tool call "call_1" has 256053 characters and the provider takes 256000: the model got the beginning, and is told so. Send less.',
      fatal: false,
      retryable: false,
    },
  ]);
});

test('[OAI59] so is a typed text', () => {
  const { item, events } = ask({ type: 'text-append', text: LONG });
  expect(item).toMatchObject({ content: [{ type: 'input_text', text: CUT }] });
  expect(events).toMatchObject([
    { type: 'provider-error', fatal: false, message: expect.stringMatching(/^The typed/) },
  ]);
});

test('[OAI59] what fits goes whole', () => {
  const output = LONG.slice(0, 256_000);
  expect(ask({ type: 'tool-result', callId: 'call_1', output })).toEqual({
    item: { type: 'function_call_output', call_id: 'call_1', output },
    events: [],
  });
});

test('[OAI59] a history told again fits too', () => {
  const items = seedItems(
    [
      { type: 'message', role: 'user', text: LONG },
      { type: 'tool-call', callId: 'call_1', name: 'find_tea', arguments: '{}' },
      { type: 'tool-result', callId: 'call_1', output: LONG },
    ],
    'ga',
  );
  expect(items).toMatchObject([{ content: [{ text: CUT }] }, {}, { output: CUT }]);
});
