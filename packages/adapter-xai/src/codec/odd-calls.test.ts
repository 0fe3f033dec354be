// Tool calls as vendors and compatible servers really send them: none may vanish, and none be made twice.
import { describe, expect, test } from 'vitest';
import {
  BERTH_STATUS,
  callWritten,
  created,
  done,
  itemDone,
  type Message,
  startReadyCodec,
} from '../__fixtures__/start-codec.ts';

const TOOLS = { tools: [BERTH_STATUS] };
const LARGE = '{"id":2512292042121000001}';
const item = (id: string | undefined, callId: unknown, fields: Message = {}): Message => ({
  id,
  type: 'function_call',
  status: 'completed',
  call_id: callId,
  name: 'berth_status',
  arguments: '{"berth":"B12"}',
  ...fields,
});

type Started = ReturnType<typeof startReadyCodec>;

function callsOf(started: Started, ...messages: Message[]) {
  return started
    .events(...messages)
    .flatMap((event) => (event.type === 'tool-call' ? [[event.callId, event.arguments]] : []));
}

function answer(started: Started, callId: string) {
  return started.send({ type: 'tool-result', callId, output: '4' });
}

describe('[XAI60] [AD28] an id that is used again', () => {
  test('in a later response is another call, answered by the vendor’s id', () => {
    const started = startReadyCodec(TOOLS);
    callsOf(started, created('r1'), callWritten('call_0'), itemDone('r1', item('f1', 'call_0')), done('r1'));
    answer(started, 'call_0');
    const again = { ...callWritten('call_0', 'berth_status', '{"berth":"B7"}'), item_id: 'f2' };
    expect(
      callsOf(started, created('r2'), again, itemDone('r2', item('f2', 'call_0', { arguments: '{"berth":"B7"}' }))),
    ).toEqual([['call_0~2', '{"berth":"B7"}']]);
    expect(answer(started, 'call_0~2')).toMatchObject([{ item: { call_id: 'call_0' } }]);
    expect(started.receive(done('r2')).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('by two items of one response is two calls', () => {
    const started = startReadyCodec(TOOLS);
    const twins = ['A', 'B'].map((id) => item(`f${id}`, 'dup', { arguments: `{"berth":"${id}"}` }));
    const told = [...twins.map((each) => itemDone('r1', each)), done('r1', { output: twins })];
    expect(callsOf(started, created('r1'), ...told)).toEqual([
      ['dup', '{"berth":"A"}'],
      ['dup~2', '{"berth":"B"}'],
    ]);
  });

  test('is the same call where it is told again after it was answered, without ids of items', () => {
    const started = startReadyCodec(TOOLS);
    expect(callsOf(started, created('r1'), itemDone('r1', item(undefined, 'call_0')))).toHaveLength(1);
    answer(started, 'call_0');
    expect(callsOf(started, done('r1', { output: [item(undefined, 'call_0')] }))).toEqual([]);
  });

  test('in a conversation that the vendor kept is answered by the vendor’s id', () => {
    const history = ['call_0', 'call_0~2'].map((callId) => ({
      type: 'tool-call' as const,
      callId,
      name: 'berth_status',
      arguments: '{}',
    }));
    const started = startReadyCodec({ ...TOOLS, continuation: { handle: 'conv-1', history } });
    expect(answer(started, 'call_0~2')).toMatchObject([{ item: { call_id: 'call_0' } }]);
    expect(callsOf(started, created('r1'), callWritten('call_0'))).toEqual([['call_0~3', '{"berth":"B12"}']]);
  });
});

describe('[XAI61] [AD28] [AD29] calls in any form', () => {
  test.each([
    ['a number as id', { call_id: 7 }, '7', '{"berth":"B12"}', 7],
    ['no id', { call_id: null }, 'call~2', '{"berth":"B12"}', 'f1'],
    ['arguments as an object', { arguments: { berth: 'B12' } }, 'c1', '{"berth":"B12"}', 'c1'],
    ['empty arguments', { arguments: '' }, 'c1', '{}', 'c1'],
    ['no arguments', { arguments: null }, 'c1', '{}', 'c1'],
  ])('%s', (_name, fields, callId, args, answered) => {
    const started = startReadyCodec(TOOLS);
    expect(callsOf(started, created('r1'), itemDone('r1', item('f1', 'c1', fields)), done('r1'))).toEqual([
      [callId, args],
    ]);
    expect(answer(started, callId)).toMatchObject([{ item: { call_id: answered } }, { type: 'response.create' }]);
  });

  test('integers beyond 2^53 keep their digits', () => {
    const { codec, events } = startReadyCodec(TOOLS);
    events(created('r1'));
    const frame = `{"type":"response.function_call_arguments.done","item_id":"f1","call_id":"c1","name":"berth_status","arguments":${LARGE}}`;
    expect(codec.decode(frame, 0).events).toMatchObject([{ type: 'tool-call', arguments: LARGE }]);
  });

  test('a name that only the beginning of its item tells', () => {
    const started = startReadyCodec(TOOLS);
    const added = {
      type: 'response.output_item.added',
      response_id: 'r1',
      item: item('item-c1', 'c1', { arguments: '' }),
    };
    const written = { ...callWritten('c1'), name: undefined };
    expect(callsOf(started, created('r1'), added, written)).toEqual([['c1', '{"berth":"B12"}']]);
  });

  test.each([
    ['no JSON', { arguments: '{"berth":' }, 'The arguments are not valid JSON. Write them as one JSON object.'],
    ['no object', { arguments: [1] }, 'The arguments must be a JSON object.'],
    ['no name', { name: null }, 'The call does not say which tool it is for.'],
    ['its end', { status: 'incomplete' }, 'The call broke off before it was complete.'],
    ['name and end', { status: 'incomplete', name: null }, 'The call broke off before it was complete.'],
  ])('one that cannot be used is told once, answered with an error, and gone on from: %s', (_name, fields, problem) => {
    const { receive } = startReadyCodec(TOOLS);
    receive(created('r1'));
    const told = receive(itemDone('r1', item('f1', 'c1', fields)));
    const end = receive(done('r1', { output: [null, item('f1', 'c1', fields)] }));
    expect([...told.events, ...end.events]).toMatchObject([
      { type: 'provider-error', code: 'UNUSABLE_TOOL_CALL', fatal: false },
      { type: 'response-end' },
    ]);
    expect([...told.frames, ...end.frames]).toMatchObject([
      { item: { type: 'function_call_output', call_id: 'c1', output: JSON.stringify({ error: problem }) } },
      { type: 'response.create' },
    ]);
  });

  test('one that broke off in a response that was interrupted, or that the vendor carries out, is none', () => {
    const started = startReadyCodec(TOOLS);
    const cut = item('f1', 'c1', { status: 'incomplete' });
    const search = item('f2', 'c2', { status: 'incomplete', name: 'web_search' });
    const events = [
      ...started.events(created('r1'), itemDone('r1', cut), done('r1', { status: 'cancelled', output: [cut] })),
      ...started.events(created('r2'), itemDone('r2', search), done('r2', { output: [search] })),
    ];
    expect(events.map(({ type }) => type)).not.toContain('provider-error');
  });

  test('one of a response that was never announced, and one that comes when its response is over', () => {
    const started = startReadyCodec(TOOLS);
    expect(started.events(itemDone('r1', item('f1', 'c1')), done('r1')).map(({ type }) => type)).toEqual([
      'response-start',
      'tool-call',
      'response-end',
    ]);
    expect(callsOf(started, callWritten('c2'))).toEqual([['c2', '{"berth":"B12"}']]);
    expect(answer(started, 'c1')).toHaveLength(1);
    expect(answer(started, 'c2')).toHaveLength(2);
  });
});
