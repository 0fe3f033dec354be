// Functions of the application that the model calls.
import type { RealtimeTool } from '@speko/client-node';
import type { Call } from '../call.ts';
import type { Scenario } from '../scenario.ts';

const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } } };
const WEATHER: RealtimeTool = { name: 'get_weather', description: 'The weather of today.', parameters: PARAMETERS };
const TIME: RealtimeTool = { name: 'get_time', description: 'The time of day.', parameters: PARAMETERS };
/** A real model is to call what it is asked to, and to have enough to say of it. */
const systemPrompt =
  'You are on a phone call. Call each tool that you are asked to use, then tell its result at length.';
const QUESTION = 'What does get_weather say of Rome?';

export const TOOL_SCENARIOS: readonly Scenario[] = [
  {
    id: 'tool-executed',
    title: '[TL1] [TL2] a tool that the client runs itself, and a spoken turn after it',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [{ ...WEATHER, execute: () => ({ degrees: 21 }) }] },
    async run(call) {
      call.session.sendText(QUESTION);
      const result = await call.frame('tool_result', { name: 'get_weather', failed: false });
      await hearAnswer(call, call.frames.indexOf(result));
      const mark = call.frames.length;
      await call.say(1620);
      await hearAnswer(call, mark);
    },
    repeats: { a3: 0 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'tool_result get_weather {"degrees":21}',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: get_weather answered {"degrees":21}',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (1.6 s of speech)',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a3: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'tool_result get_weather {"degrees":21}',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: get_weather answered {"degrees":21}',
        'final user u2: (1.6 s of speech)',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a3: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'tool-by-hand',
    title: '[TL1] [TL2] a tool whose result the application sends',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER] },
    async run(call) {
      call.session.sendText(QUESTION);
      const { callId } = await call.frame('tool_call');
      await hearAnswer(call, sendResult(call, callId, 'sunny'));
    },
    expected: [
      'ready 24000 24000',
      'final user u1: What does get_weather say of Rome?',
      'tool_call get_weather {}',
      'partial assistant a2',
      'speech assistant started a2',
      'audio a2',
      'speech assistant stopped a2',
      'usage',
      'final assistant a2: echo: get_weather answered sunny',
      'close 1000 client_closed',
    ],
  },
  {
    id: 'tools-in-parallel',
    title: '[TL4] the model goes on once both calls of a response are answered, in whatever order',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER, TIME] },
    simulatedOnly: 'A model may call one tool after the other, however it is asked.',
    async run(call) {
      call.session.sendText('Use get_weather and get_time, both at once.');
      const { callId: weather } = await call.frame('tool_call', { name: 'get_weather' });
      const { callId: time } = await call.frame('tool_call', { name: 'get_time' });
      call.session.sendToolResult(time, 'noon');
      await call.sync();
      await hearAnswer(call, sendResult(call, weather, 'sunny'));
    },
    expected: [
      'ready 24000 24000',
      'final user u1: Use get_weather and get_time, both at once.',
      'tool_call get_weather {}',
      'tool_call get_time {}',
      'partial assistant a2',
      'speech assistant started a2',
      'audio a2',
      'speech assistant stopped a2',
      'usage',
      'final assistant a2: echo: get_weather answered sunny; get_time answered noon',
      'close 1000 client_closed',
    ],
  },
  {
    id: 'tool-late',
    title: '[TL3] [TL4] a result that comes when the user has asked for something else and been answered',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER] },
    async run(call) {
      call.session.sendText(QUESTION);
      const { callId } = await call.frame('tool_call');
      const spoke = call.frames.length;
      await call.say(1620);
      await hearAnswer(call, spoke);
      const late = sendResult(call, callId, 'sunny');
      if (await isWanted(call)) await hearAnswer(call, late);
      const wrote = call.frames.length;
      call.session.sendText('Thank you');
      await hearAnswer(call, wrote);
    },
    repeats: { a2: 0 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (1.6 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 1.6 s of speech',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a3: echo: get_weather answered sunny',
        'final user u3: Thank you',
        'partial assistant a4',
        'speech assistant started a4',
        'audio a4',
        'speech assistant stopped a4',
        'usage',
        'final assistant a4: echo: Thank you',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'final user u2: (1.6 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 1.6 s of speech',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a3: echo: get_weather answered sunny',
        'final user u3: Thank you',
        'partial assistant a4',
        'speech assistant started a4',
        'audio a4',
        'speech assistant stopped a4',
        'usage',
        'final assistant a4: echo: Thank you',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'tool-barged-into',
    title: '[TL3] [TL4] the user speaks while a call is pending, and the result comes while they are being answered',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER] },
    // Two seconds to generate what takes eight to hear: the result comes well before it is done.
    manners: { audioSpeed: 4 },
    async run(call) {
      call.session.sendText(QUESTION);
      const { callId } = await call.frame('tool_call');
      const spoke = call.frames.length;
      await call.say(8100);
      const turn = await nextAnswer(call, spoke);
      await call.frame('audio', { turn });
      const late = sendResult(call, callId, 'sunny');
      if (!(await isWanted(call))) return call.hearOut(turn);
      // Both have been generated before the first has been heard.
      const next = await nextAnswer(call, late);
      await call.frame('speech', { role: 'assistant', state: 'stopped', turn: next });
      await call.sync();
      await call.hearOut(turn);
      await call.hearOut(next);
    },
    repeats: { a2: 0 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (8.1 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a2: echo: 8.1 s of speech',
        'final assistant a3: echo: get_weather answered sunny',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'final user u2: (8.1 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a2: echo: 8.1 s of speech',
        'final assistant a3: echo: get_weather answered sunny',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'tool-amid-speech',
    title: '[TL3] [TL4] the result comes while the user is still speaking, and nobody talks over them',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER] },
    async run(call) {
      call.session.sendText(QUESTION);
      const { callId } = await call.frame('tool_call');
      await call.beginToSay(1620);
      if (call.mode === 'automatic') await call.frame('speech', { role: 'user', state: 'started' });
      const sent = sendResult(call, callId, 'sunny');
      await call.sync();
      // Without turn detection nobody knows that the user speaks: the model goes on.
      if (call.mode === 'manual') await hearAnswer(call, sent);
      const mark = call.frames.length;
      await call.finishSaying();
      await hearAnswer(call, mark);
    },
    expected: {
      automatic: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (1.6 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: get_weather answered sunny; 1.6 s of speech',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: What does get_weather say of Rome?',
        'tool_call get_weather {}',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: get_weather answered sunny',
        'final user u2: (1.6 s of speech)',
        'partial assistant a3',
        'speech assistant started a3',
        'audio a3',
        'speech assistant stopped a3',
        'usage',
        'final assistant a3: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'tool-interrupted',
    title: '[BI3] [TL4] an interrupt leaves a pending call open',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER] },
    async run(call) {
      call.session.sendText(QUESTION);
      const { callId } = await call.frame('tool_call');
      call.session.interrupt();
      await call.frame('interruption');
      await hearAnswer(call, sendResult(call, callId, 'sunny'));
    },
    expected: [
      'ready 24000 24000',
      'final user u1: What does get_weather say of Rome?',
      'tool_call get_weather {}',
      'interruption -',
      'partial assistant a2',
      'speech assistant started a2',
      'audio a2',
      'speech assistant stopped a2',
      'usage',
      'final assistant a2: echo: get_weather answered sunny',
      'close 1000 client_closed',
    ],
  },
  {
    id: 'tool-unknown',
    title: '[TL3] a result for no call, and a second one for the same call',
    turns: ['automatic', 'manual'],
    params: { systemPrompt, tools: [WEATHER] },
    async run(call) {
      call.session.sendToolResult('call_nobody_made', 'sunny');
      await call.frame('error');
      call.session.sendText(QUESTION);
      const { callId } = await call.frame('tool_call');
      call.session.sendToolResult('call_nobody_made', 'cloudy');
      await hearAnswer(call, sendResult(call, callId, 'sunny'));
      call.session.sendToolResult(callId, 'rainy');
      await call.sync();
    },
    expected: [
      'ready 24000 24000',
      'error UNKNOWN_TOOL_CALL',
      'final user u1: What does get_weather say of Rome?',
      'tool_call get_weather {}',
      'error UNKNOWN_TOOL_CALL',
      'partial assistant a2',
      'speech assistant started a2',
      'audio a2',
      'speech assistant stopped a2',
      'usage',
      'final assistant a2: echo: get_weather answered sunny',
      'error UNKNOWN_TOOL_CALL',
      'close 1000 client_closed',
    ],
  },
  {
    id: 'tool-throws',
    title: '[TL2] a tool that throws tells the model what went wrong, and the model goes on',
    turns: ['automatic', 'manual'],
    params: {
      systemPrompt,
      tools: [{ ...WEATHER, execute: () => Promise.reject(new Error('There is no such city.')) }],
    },
    async run(call) {
      call.session.sendText(QUESTION);
      const result = await call.frame('tool_result', { name: 'get_weather', failed: true });
      await hearAnswer(call, call.frames.indexOf(result));
    },
    expected: [
      'ready 24000 24000',
      'final user u1: What does get_weather say of Rome?',
      'tool_call get_weather {}',
      'tool_result get_weather {"error":"There is no such city."} failed',
      'partial assistant a2',
      'speech assistant started a2',
      'audio a2',
      'speech assistant stopped a2',
      'usage',
      'final assistant a2: echo: get_weather answered {"error":"There is no such city."}',
      'close 1000 client_closed',
    ],
  },
];

/** Answers a call; returns how many frames the client had got by then. */
function sendResult(call: Call, callId: string, output: string): number {
  call.session.sendToolResult(callId, output);
  return call.frames.length;
}

/** Whether the result that was just sent was taken. */
async function isWanted(call: Call): Promise<boolean> {
  await call.sync();
  return call.all('error', { code: 'UNKNOWN_TOOL_CALL' }).length === 0;
}

/** The turn of the assistant that begins after so many frames. A real model may have announced before what it would do. */
async function nextAnswer(call: Call, mark: number): Promise<string> {
  const { turn } = await call.until(
    () =>
      call.all('speech', { role: 'assistant', state: 'started' }).find((frame) => call.frames.indexOf(frame) >= mark),
    `an answer after ${mark} frames`,
  );
  return turn;
}

/** The same, heard to its end. */
async function hearAnswer(call: Call, mark: number): Promise<void> {
  await call.hearOut(await nextAnswer(call, mark));
}
