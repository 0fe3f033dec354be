// Tool calls as vendors and compatible servers really send them: none may vanish, and none be made twice.
import { describe, expect, test } from 'vitest';
import { created, done, functionCall, itemAdded, type Message, startReadyCodec } from '../__fixtures__/start-codec.ts';

type Started = ReturnType<typeof startReadyCodec>;

const LARGE = '{"id":2512292042121000001}';
const itemOf = (message: Message) => message['item'];
const argumentsDone = (responseId: string, fields: Message = {}): Message => ({
  type: 'response.function_call_arguments.done',
  response_id: responseId,
  item_id: 'f1',
  output_index: 0,
  call_id: 'c1',
  arguments: '{"kind":"mint"}',
  ...fields,
});

/** Calls as `[callId, arguments]`. */
function callsOf(started: Started, ...messages: Message[]) {
  return started
    .events(...messages)
    .flatMap((event) => (event.type === 'tool-call' ? [[event.callId, event.arguments]] : []));
}

function answer(started: Started, callId: string) {
  return started.send({ type: 'tool-result', callId, output: '4' });
}

describe('[OAI62] [AD28] an id that is used again', () => {
  test('in a later response is another call, and both are answered by the vendor’s id', () => {
    const started = startReadyCodec();
    expect(callsOf(started, created('r1'), functionCall('r1', 'call_0'), done('r1'))).toEqual([
      ['call_0', '{"kind":"mint"}'],
    ]);
    expect(answer(started, 'call_0')).toMatchObject([{ item: { call_id: 'call_0' } }, { type: 'response.create' }]);
    const again = functionCall('r2', 'call_0', { id: 'item_2', arguments: '{"kind":"oolong"}' });
    expect(callsOf(started, created('r2'), again, done('r2'))).toEqual([['call_0~2', '{"kind":"oolong"}']]);
    expect(answer(started, 'call_0~2')).toMatchObject([{ item: { call_id: 'call_0' } }, { type: 'response.create' }]);
  });

  test('with the same item, name and arguments in a later response is another call as well, once the first is answered', () => {
    const started = startReadyCodec();
    callsOf(started, created('r1'), functionCall('r1', 'call_0'), done('r1'));
    expect(callsOf(started, created('r2'), functionCall('r2', 'call_0'))).toEqual([]);
    answer(started, 'call_0');
    expect(callsOf(started, created('r3'), functionCall('r3', 'call_0'))).toHaveLength(1);
  });

  test('by two items of one response is two calls, however often each is told', () => {
    const started = startReadyCodec();
    const twins = ['A', 'B'].map((id) => functionCall('r1', 'dup', { id: `f${id}`, arguments: `{"kind":"${id}"}` }));
    const output = twins.map(itemOf);
    expect(callsOf(started, created('r1'), ...twins, ...twins, done('r1', { output }))).toEqual([
      ['dup', '{"kind":"A"}'],
      ['dup~2', '{"kind":"B"}'],
    ]);
    expect(answer(started, 'dup~2')).toMatchObject([{ item: { call_id: 'dup' } }]);
    expect(answer(started, 'dup')).toMatchObject([{ item: { call_id: 'dup' } }, { type: 'response.create' }]);
  });

  test.each([
    ['the same item', {}],
    ['no ids of items', { id: undefined }],
  ])('is the same call where %s tells it again, also after it was answered', (_name, fields) => {
    const started = startReadyCodec();
    const call = functionCall('r1', 'call_0', fields);
    expect(callsOf(started, created('r1'), call)).toHaveLength(1);
    answer(started, 'call_0');
    expect(callsOf(started, call, done('r1', { output: [itemOf(call)] }), call)).toEqual([]);
  });

  test('is the same call where each message has an item id of its own, and the arguments other spaces', () => {
    const started = startReadyCodec();
    const listed = itemOf(functionCall('r1', 'call_0', { id: 'other', arguments: '{ "kind": "mint" }' }));
    expect(
      callsOf(started, created('r1'), functionCall('r1', 'call_0'), done('r1', { output: [listed] })),
    ).toHaveLength(1);
  });

  test('is never one that the session knows from an earlier connection', () => {
    const history = [{ type: 'tool-call', callId: 'call_0', name: 'find_tea', arguments: LARGE }] as const;
    const started = startReadyCodec({ continuation: { history } });
    expect(callsOf(started, created('r1'), functionCall('r1', 'call_0'), done('r1'))).toEqual([
      ['call_0~2', '{"kind":"mint"}'],
    ]);
    expect(answer(started, 'call_0')).toMatchObject([{ item: { call_id: 'call_0' } }, { type: 'response.create' }]);
  });
});

describe('[OAI63] [AD28] ids of another kind', () => {
  test.each([
    ['a number', 7, '7', 7],
    ['null', null, 'call~2', 'item_x'],
    ['missing', undefined, 'call~2', 'item_x'],
    ['empty', '', 'call~2', 'item_x'],
    ['an object', {}, 'call~2', 'item_x'],
  ])('%s', (_name, callId, expected, answered) => {
    const started = startReadyCodec();
    started.receive(created('r1'));
    expect(started.events(functionCall('r1', 'x', { call_id: callId }))).toMatchObject([
      { type: 'tool-call', callId: expected },
    ]);
    expect(answer(started, expected)).toMatchObject([{ item: { call_id: answered } }]);
    started.receive({ type: 'conversation.item.added', item: { type: 'function_call_output', call_id: callId } });
    expect(started.receive(done('r1')).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('a large number is answered digit by digit', () => {
    const { codec } = startReadyCodec();
    codec.decode(
      `{"type":"response.output_item.done","response_id":"r1","item":{"type":"function_call","status":"completed","call_id":2512292042121000001,"name":"find_tea","arguments":"{}"}}`,
      0,
    );
    const output = codec.encode({ type: 'tool-result', callId: '2512292042121000001', output: '1' }, 0);
    expect(output.type === 'ok' && String(output.frames[0])).toContain('"call_id":2512292042121000001,');
  });

  test('an id of the vendor’s that is long is answered as it is', () => {
    const started = startReadyCodec();
    const long = 'call_8c3f5a2e-3f61-4b0e-9d5c-0a4f6d1b7e22';
    callsOf(started, created('r1'), functionCall('r1', long));
    expect(answer(started, long)).toMatchObject([{ item: { call_id: long } }]);
  });
});

describe('[OAI63] [AD28] [AD29] arguments in any form', () => {
  test.each([
    ['an object', { kind: 'mint' }, '{"kind":"mint"}'],
    ['an empty text', '', '{}'],
    ['null', null, '{}'],
    ['missing', undefined, '{}'],
    ['JSON written twice', '"{\\"a\\":1}"', '{"a":1}'],
  ])('%s', (_name, args, expected) => {
    const started = startReadyCodec();
    const call = functionCall('r1', 'c1', { arguments: args });
    expect(callsOf(started, created('r1'), call, done('r1', { output: [itemOf(call)] }))).toEqual([['c1', expected]]);
  });

  test('integers beyond 2^53 keep their digits, in texts and in objects', () => {
    const started = startReadyCodec();
    started.receive(created('r1'));
    for (const [index, args] of [LARGE, JSON.stringify(LARGE)].entries()) {
      const frame = `{"type":"response.output_item.done","response_id":"r1","item":{"id":"f${index}","type":"function_call","status":"completed","call_id":"c${index}","name":"find_tea","arguments":${args}}}`;
      expect(started.codec.decode(frame, 0).events).toMatchObject([{ type: 'tool-call', arguments: LARGE }]);
    }
  });
});

describe('[OAI63] [AD28] a call told by its arguments alone', () => {
  test('is made at the end of its response, with the name of its item', () => {
    const started = startReadyCodec();
    const added = itemAdded('r1', 'f1', { type: 'function_call', name: 'find_tea', call_id: 'c1' });
    expect(callsOf(started, created('r1'), added, argumentsDone('r1'))).toEqual([]);
    expect(started.events(done('r1'))).toEqual([
      { type: 'tool-call', callId: 'c1', name: 'find_tea', arguments: '{"kind":"mint"}', responseId: 'r1' },
      { type: 'response-end', responseId: 'r1', status: 'completed' },
    ]);
    expect(answer(started, 'c1')).toMatchObject([{ item: { call_id: 'c1' } }, { type: 'response.create' }]);
  });

  test('gives its arguments to an item that has none', () => {
    const started = startReadyCodec();
    const item = functionCall('r1', 'c1', { id: 'f1', arguments: '' });
    expect(callsOf(started, created('r1'), argumentsDone('r1'), item, done('r1', { output: [itemOf(item)] }))).toEqual([
      ['c1', '{"kind":"mint"}'],
    ]);
  });

  test.each([
    ['the item says so', { output: [itemOf(functionCall('r1', 'c1', { id: 'f1', status: 'incomplete' }))] }, 0],
    ['its arguments stop in the middle', { output: [] }, 0, '{"kind":'],
    ['there are none', { output: [] }, 0, ''],
    ['nothing contradicts it', { output: [] }, 1],
  ])('of an interrupted response is made only if it is whole: %s', (_name, fields, count, args = '{"kind":"mint"}') => {
    const started = startReadyCodec();
    const told = argumentsDone('r1', { name: 'find_tea', arguments: args });
    expect(callsOf(started, created('r1'), told, done('r1', { status: 'cancelled', ...fields }))).toHaveLength(count);
  });
});

describe('[OAI63] [AD28] a call that cannot be used', () => {
  const unusable = (problem: string, tool = 'the tool "find_tea"') => ({
    type: 'provider-error',
    code: 'UNUSABLE_TOOL_CALL',
    message: `The model called ${tool} in a way that cannot be used, and was told so. ${problem}`,
    fatal: false,
    retryable: false,
  });

  test.each([
    ['no JSON', 'c1', { arguments: '{"kind":' }, 'The arguments are not valid JSON. Write them as one JSON object.'],
    ['no object', 'c1', { arguments: '[1]' }, 'The arguments must be a JSON object.'],
    ['a list', 'c1', { arguments: [1] }, 'The arguments must be a JSON object.'],
    ['too long an id', 'c'.repeat(1025), {}, 'The id of the call has more than 1024 characters.'],
  ])('is told once, answered with an error, and gone on from: %s', (_name, callId, fields, problem) => {
    const started = startReadyCodec();
    const call = functionCall('r1', callId, { id: 'f1', ...fields });
    started.receive(created('r1'));
    const told = started.receive(call);
    expect(told.events).toEqual([unusable(problem)]);
    expect(told.frames).toMatchObject([
      {
        item: {
          type: 'function_call_output',
          call_id: callId,
          output: JSON.stringify({ error: problem }),
        },
      },
    ]);
    const end = started.receive(done('r1', { output: [itemOf(call)] }));
    expect(end.events).toMatchObject([{ type: 'response-end' }]);
    expect(end.frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('without a name is one as well, at the end of its response', () => {
    const started = startReadyCodec();
    const call = functionCall('r1', 'c1', { name: null });
    started.receive(created('r1'));
    expect(started.receive(call)).toEqual({ events: [], frames: [] });
    const end = started.receive(done('r1', { output: [itemOf(call)] }));
    expect(end.events).toEqual([
      unusable('The call does not say which tool it is for.', 'a tool'),
      { type: 'response-end', responseId: 'r1', status: 'completed' },
    ]);
    expect(end.frames).toMatchObject([{ item: { call_id: 'c1' } }, { type: 'response.create' }]);
  });

  test('is one that broke off in a response that was completed, and none in one that was interrupted', () => {
    const problem = 'The call broke off before it was complete.';
    const started = startReadyCodec();
    const call = functionCall('r1', 'c1', { id: 'f1', status: 'incomplete' });
    started.receive(created('r1'));
    expect(started.receive(call)).toEqual({ events: [], frames: [] });
    const end = started.receive(done('r1', { output: [itemOf(call)] }));
    expect(end.events).toEqual([unusable(problem), { type: 'response-end', responseId: 'r1', status: 'completed' }]);
    expect(end.frames).toMatchObject([
      { item: { call_id: 'c1', output: JSON.stringify({ error: problem }) } },
      { type: 'response.create' },
    ]);
    const cut = functionCall('r2', 'c2', { id: 'f2', status: 'incomplete' });
    const cancelled = started.events(created('r2'), cut, done('r2', { status: 'cancelled', output: [itemOf(cut)] }));
    expect(cancelled.map(({ type }) => type)).toEqual(['response-start', 'response-end']);
  });

  test('beside others waits for their results', () => {
    const started = startReadyCodec();
    const { events, receive } = started;
    events(created('r1'), functionCall('r1', 'c1'), functionCall('r1', 'c2', { arguments: '[]' }));
    expect(receive(done('r1')).frames).toEqual([]);
    expect(answer(started, 'c1')).toMatchObject([{ item: { call_id: 'c1' } }, { type: 'response.create' }]);
  });

  test('the eighth in a row is not gone on from until the user speaks', () => {
    const { receive, send } = startReadyCodec();
    const framesOf = (index: number) => {
      receive(created(`r${index}`));
      receive(functionCall(`r${index}`, `c${index}`, { arguments: '[]' }));
      return receive(done(`r${index}`)).frames.length;
    };
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(framesOf)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0]);
    send({ type: 'text-append', text: 'Hm?' });
    receive({ type: 'conversation.item.added', item: { id: 'speko-1', type: 'message' } });
    expect(framesOf(10)).toBe(1);
  });

  test('one odd item leaves the others alone', () => {
    const started = startReadyCodec();
    const output = [
      7,
      null,
      { id: [], type: 'function_call', call_id: 'c0', name: {} },
      itemOf(functionCall('r1', 'c1')),
    ];
    const events = started.events(created('r1'), done('r1', { output }));
    expect(events.map((event) => ('code' in event ? event.code : event.type))).toEqual([
      'response-start',
      'tool-call',
      'UNUSABLE_TOOL_CALL',
      'response-end',
    ]);
  });

  test('of more than 256 in one response one error tells', () => {
    const { events } = startReadyCodec();
    const calls = Array.from({ length: 300 }, (_, index) => functionCall('r1', `c${index}`));
    expect(events(created('r1'), ...calls).filter(({ type }) => type === 'provider-error')).toHaveLength(1);
  });
});

test('[OAI62] a call without the id of its response that comes late belongs to the last one', () => {
  const started = startReadyCodec();
  const late = functionCall('r1', 'c1', {});
  expect(callsOf(started, created('r1'), done('r1'), { ...late, response_id: null })).toHaveLength(1);
  expect(answer(started, 'c1')).toHaveLength(2);
});
