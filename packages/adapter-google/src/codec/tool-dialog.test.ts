import type { SessionEvent } from '@speko/adapter';
// Calls in every form in which models and servers like them send them.
import { describe, expect, test } from 'vitest';
import {
  audio,
  call,
  content,
  type Message,
  MODELS,
  startReadyCodec,
  toolCall,
  turnComplete,
  types,
} from '../__fixtures__/start-codec.ts';

const calls = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'tool-call' ? [[event.callId, event.name, event.arguments]] : []));
const inParts = (...functionCalls: object[]) =>
  content({ modelTurn: { parts: functionCalls.map((functionCall) => ({ functionCall })) } });
const start = () => startReadyCodec({ model: MODELS['3.1'] });
const MINT = '{"kind":"mint"}';

describe('[GEM58] repeats', () => {
  test('[GEM58] an open call that comes again is told once', () => {
    const { events } = start();
    expect(calls(events(toolCall(call('a')), toolCall(call('a'))))).toEqual([['a', 'find_tea', MINT]]);
  });

  test('[GEM58] also with its keys in another order', () => {
    const { events } = start();
    const one = call('a', 'find_tea', { kind: 'mint', more: { x: 1, y: 2 } });
    const other = call('a', 'find_tea', { more: { y: 2, x: 1 }, kind: 'mint' });
    expect(calls(events(toolCall(one), toolCall(other)))).toHaveLength(1);
  });

  test('[GEM58, AD28] an id that is used again gets another one, and its result the vendor’s', () => {
    const { events, send } = start();
    events(toolCall(call('call_0')));
    send({ type: 'tool-result', callId: 'call_0', output: '{}' });
    events(turnComplete);
    expect(calls(events(toolCall(call('call_0', 'find_tea', { kind: 'fennel' }))))).toEqual([
      ['call-1', 'find_tea', '{"kind":"fennel"}'],
    ]);
    expect(send({ type: 'tool-result', callId: 'call_0', output: '{}' })).toEqual([]);
    expect(send({ type: 'tool-result', callId: 'call-1', output: '{"stock":4}' })).toEqual([
      { toolResponse: { functionResponses: [{ id: 'call_0', name: 'find_tea', response: { stock: 4 } }] } },
    ]);
  });

  test('[GEM58] long arguments that differ in their last words are two calls', () => {
    const { events } = start();
    const note = (last: string) => ({
      id: 'call_0',
      name: 'find_tea',
      args: { kind: `${'mint '.repeat(1000)}${last}` },
    });
    const ids = (message: Record<string, unknown>) => calls(events(message)).map(([callId]) => callId);
    expect(ids(toolCall(note('a')))).toEqual(['call_0']);
    expect(ids(toolCall(note('b')))).toEqual(['call-1']);
    expect(ids(toolCall(note('a')))).toEqual([]);
  });

  test('[GEM58] the same call again, once it is answered, is another call', () => {
    const { events, send } = start();
    events(toolCall(call('call_0')));
    send({ type: 'tool-result', callId: 'call_0', output: '{}' });
    expect(calls(events(toolCall(call('call_0'))))).toEqual([['call-1', 'find_tea', MINT]]);
  });

  test('[GEM58, AD28] two calls with one id are two, and are taken back together', () => {
    const { events } = start();
    const twins = toolCall(call('dup'), call('dup', 'find_tea', { kind: 'fennel' }));
    expect(calls(events(twins))).toEqual([
      ['dup', 'find_tea', MINT],
      ['call-1', 'find_tea', '{"kind":"fennel"}'],
    ]);
    expect(events({ toolCallCancellation: { ids: ['dup'] } })).toEqual([
      { type: 'tool-cancel', callId: 'dup' },
      { type: 'tool-cancel', callId: 'call-1' },
    ]);
  });

  test('[GEM58] nor is an id of an earlier connection given again', () => {
    const history = ['a', 'call-1'].map((callId) => ({
      type: 'tool-call' as const,
      callId,
      name: 'find_tea',
      arguments: '{}',
    }));
    const { events } = startReadyCodec({ model: MODELS['3.1'], continuation: { history } });
    expect(calls(events(toolCall(call('a'))))).toEqual([['call-2', 'find_tea', MINT]]);
  });
});

describe('[GEM58] calls among the parts of what the model says', () => {
  test('[GEM58, AD28] are calls', () => {
    const { events } = start();
    expect(types(events(inParts(call('a')), turnComplete))).toEqual(['response-start', 'tool-call', 'response-end']);
  });

  test.each([
    ['with the same id', 'a', 'a'],
    ['without an id', 'a', undefined],
    ['with an id only there', undefined, 'a'],
    ['without any', undefined, undefined],
  ])('[GEM58] that stand in `toolCall` too, %s, are told once', (_name, inMessage, inPart) => {
    for (const isPartFirst of [false, true]) {
      const { events, send } = start();
      const forms = [toolCall(call(inMessage)), inParts(call(inPart))];
      const told = calls(events(...(isPartFirst ? forms.toReversed() : forms)));
      expect(told).toHaveLength(1);
      const id = inMessage ?? inPart;
      expect(send({ type: 'tool-result', callId: told[0]?.[0] ?? '', output: '{}' })).toEqual([
        {
          toolResponse: {
            functionResponses: [{ ...(id === undefined ? {} : { id }), name: 'find_tea', response: {} }],
          },
        },
      ]);
    }
  });

  test('[GEM58] also in one message, and when the answer was quicker', () => {
    const { events, send } = start();
    expect(calls(events({ ...inParts(call('a')), ...toolCall(call('a')) }))).toHaveLength(1);
    send({ type: 'tool-result', callId: 'a', output: '{}' });
    events(toolCall(call('b', 'clock')));
    send({ type: 'tool-result', callId: 'b', output: '{}' });
    expect(calls(events(inParts(call('b', 'clock'))))).toEqual([]);
    expect(calls(events(turnComplete, inParts(call('b', 'clock'))))).toHaveLength(1);
  });

  test('[GEM58] two like each other without ids stay two', () => {
    const { events } = start();
    const two = [call(undefined), call(undefined)];
    expect(calls(events(toolCall(...two), inParts(...two)))).toHaveLength(2);
  });
});

test.each([
  [7, '7'],
  [0, '0'],
  [null, 'call-1'],
  ['', 'call-1'],
  [{}, 'call-1'],
  [true, 'call-1'],
])('[GEM57, AD28] a call whose id is %j is known as %s, and its result carries what was given', (id, callId) => {
  const { events, send } = start();
  expect(calls(events(toolCall({ ...call(undefined), id })))).toEqual([[callId, 'find_tea', MINT]]);
  expect(send({ type: 'tool-result', callId, output: '{}' })).toEqual([
    {
      toolResponse: {
        functionResponses: [{ ...(typeof id === 'number' ? { id } : {}), name: 'find_tea', response: {} }],
      },
    },
  ]);
});

test.each([
  [undefined, '{}'],
  [null, '{}'],
  ['', '{}'],
  ['{"a": 1}', '{"a": 1}'],
  ['"{\\"a\\":1}"', '{"a":1}'],
  [{}, '{}'],
])('[GEM57] the arguments %j are told as %s', (args, told) => {
  const { events } = start();
  expect(calls(events(toolCall({ id: 'a', name: 'f', args })))).toEqual([['a', 'f', told]]);
});

test.each([
  [
    'a text',
    { id: 'a', name: 'f', args: 'mint' },
    'f: The arguments are not valid JSON. Write them as one JSON object.',
  ],
  ['a list', { id: 'a', name: 'f', args: [1] }, 'f: The arguments must be a JSON object.'],
  ['a number', { id: 'a', name: 'f', args: 5 }, 'f: The arguments must be a JSON object.'],
  ['false', { id: 'a', name: 'f', args: false }, 'f: The arguments must be a JSON object.'],
  ['no name', { id: 'a', args: {} }, 'unknown_function: The call names no function.'],
  ['a name that is no text', { id: 'a', name: 5 }, 'unknown_function: The call names no function.'],
])('[GEM57, AD28] a call with %s is an error for both sides', (_name, given, problem) => {
  for (const message of [toolCall(given), inParts(given)]) {
    const { receive } = start();
    const name = problem.slice(0, problem.indexOf(':'));
    const tool = name === 'unknown_function' ? 'a tool' : `the tool "${name}"`;
    expect(receive(message)).toEqual({
      events: [
        {
          type: 'provider-error',
          code: 'UNUSABLE_TOOL_CALL',
          message: `The model called ${tool} in a way that cannot be used, and was told so. ${problem.slice(name.length + 2)}`,
          fatal: false,
          retryable: false,
        },
      ],
      frames: [
        {
          toolResponse: { functionResponses: [{ id: 'a', name, response: { error: problem.slice(name.length + 2) } }] },
        },
      ],
    });
  }
});

test('[GEM57] what is no object is an error that nobody can be answered', () => {
  const { receive } = start();
  const { events, frames } = receive({ toolCall: { functionCalls: [null, 'f', call('b')] } });
  expect(types(events)).toEqual(['provider-error', 'provider-error', 'response-start', 'tool-call', 'response-end']);
  expect(frames).toEqual([]);
});

test('[GEM57] one call in the place of a list is a call', () => {
  const { events } = start();
  expect(calls(events({ toolCall: { functionCalls: call('a') } }))).toEqual([['a', 'find_tea', MINT]]);
});

test.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL'])(
  '[GEM57] a turn that ends by %s has lost a call, which is told',
  (turnCompleteReason) => {
    const { events } = start();
    expect(events(content({ turnComplete: true, turnCompleteReason }))).toMatchObject([
      { type: 'provider-error', code: 'UNUSABLE_TOOL_CALL', fatal: false },
      { type: 'response-start' },
      { type: 'response-end', status: 'incomplete', reason: turnCompleteReason.toLowerCase() },
    ]);
  },
);

describe('[GEM59] results for a model that does not wait', () => {
  const results = (model: string, options: Parameters<typeof startReadyCodec>[1] = {}) => {
    const { events, send } = startReadyCodec({ model }, options);
    events(toolCall(call('a'), call('b')));
    return ['a', 'b'].map((callId) => {
      const [message] = send({ type: 'tool-result', callId, output: '{}' }) as [
        { toolResponse: { functionResponses: { scheduling?: string }[] } },
      ];
      return message.toolResponse.functionResponses[0]?.scheduling;
    });
  };

  test.each([
    [MODELS['3.8'], {}, ['SILENT', 'INTERRUPT']],
    [MODELS['3.8'], { toolBehavior: 'blocking' }, [undefined, undefined]],
    [MODELS['3.8-extended-thinking'], {}, [undefined, undefined]],
    [MODELS['3.1'], { toolBehavior: 'background' }, [undefined, undefined]],
    [MODELS['2.5-native-audio'], {}, [undefined, undefined]],
    [MODELS['2.5-native-audio'], { toolBehavior: 'background' }, ['SILENT', 'INTERRUPT']],
  ] as const)('[GEM59] %s with %j: the model speaks when it has all of a turn: %j', (model, options, scheduling) => {
    expect(results(model, options)).toEqual(scheduling);
  });

  test('[GEM59] a call of an earlier turn that is still open holds up nobody', () => {
    const { events, send } = startReadyCodec();
    events(toolCall(call('slow')), turnComplete, toolCall(call('quick')));
    expect(JSON.stringify(send({ type: 'tool-result', callId: 'quick', output: '{}' }))).toContain('INTERRUPT');
  });

  const scheduled = (frames: readonly unknown[]) =>
    (frames as { toolResponse?: { functionResponses: { id: string; scheduling: string }[] } }[]).flatMap(
      ({ toolResponse }) => (toolResponse?.functionResponses ?? []).map((each) => `${each.id} ${each.scheduling}`),
    );

  test('[GEM59] a result that comes while the model speaks waits until it is done', () => {
    const { receive, send } = startReadyCodec();
    const frames = (...messages: Message[]) => messages.flatMap((message) => receive(message).frames);
    frames(toolCall(call('a')), turnComplete, audio);
    expect(send({ type: 'tool-result', callId: 'a', output: '{}' })).toEqual([]);
    expect(scheduled(frames(audio))).toEqual([]);
    expect(scheduled(frames(turnComplete))).toEqual(['a INTERRUPT']);
    expect(scheduled(frames(turnComplete))).toEqual([]);
  });

  test('[GEM59] but not longer than a minute, and not when its call is taken back', () => {
    const { codec, receive, send } = startReadyCodec();
    const frames = (...messages: Message[]) => messages.flatMap((message) => receive(message).frames);
    frames(toolCall(call('a'), call('b', 'find_cup')), turnComplete, audio);
    send({ type: 'tool-result', callId: 'a', output: '{}' });
    expect(send({ type: 'tool-result', callId: 'b', output: '{}' })).toEqual([]);
    expect(codec.wakeAtMs).toBe(60_000);
    expect(codec.wake(59_999).frames).toEqual([]);
    expect(codec.wake(60_000).frames).toHaveLength(1);
    expect(codec.wakeAtMs).toBeUndefined();
    frames(toolCall(call('c')), audio);
    send({ type: 'tool-result', callId: 'c', output: '{}' });
    frames({ toolCallCancellation: { ids: ['c'] } });
    expect(scheduled(frames(turnComplete))).toEqual([]);
  });

  test('[GEM59] meanwhile a model that would refuse input takes it', () => {
    const { events, append } = startReadyCodec({ model: MODELS['2.5-native-audio'] }, { toolBehavior: 'background' });
    events(toolCall(call('a')));
    expect(append(640)).toHaveLength(1);
  });
});

test('[AD29, JS1] large integers and odd keys pass both ways digit by digit', () => {
  const { codec } = start();
  const told = codec.decode(
    '{"toolCall":{"functionCalls":[{"id":"a","name":"f","args":{"id":2512292042121000001,"__proto__":1}}]}}',
    0,
  );
  expect(calls(told.events)).toEqual([['a', 'f', '{"id":2512292042121000001,"__proto__":1}']]);
  const output = '{"orderId":2512292042121000001,"__proto__":{"n":-9007199254740993}}';
  expect(codec.encode({ type: 'tool-result', callId: 'a', output }, 0)).toMatchObject({
    frames: [`{"toolResponse":{"functionResponses":[{"id":"a","name":"f","response":${output}}]}}`],
  });
  codec.decode('{"toolCall":{"functionCalls":[{"id":18446744073709551615,"name":"f"}]}}', 0);
  expect(
    codec.encode({ type: 'tool-result', callId: '18446744073709551615', output: '12345678901234567890' }, 0),
  ).toMatchObject({
    frames: [
      '{"toolResponse":{"functionResponses":' +
        '[{"id":18446744073709551615,"name":"f","response":{"output":12345678901234567890}}]}}',
    ],
  });
});
