// Connections to the vendor that break in the middle of a call, and what the client notices of it.
import type { Call } from '../call.ts';
import type { Breakdown, Scenario, VendorView } from '../scenario.ts';

/** By then silence has been noticed, whoever the vendor is: two pings of the slowest keepalive were left unanswered. */
const SILENCE_NOTICED_MS = 90_000;
const SIMULATED_ONLY = 'It needs a connection that breaks.';

const HOWS: readonly (readonly [how: Breakdown, id: string, what: string])[] = [
  ['close', 'vendor-closes', 'a vendor that hangs up'],
  ['cut', 'network-drop', 'a network that drops'],
  ['silence', 'half-open', 'a vendor of whom nothing comes any more'],
];

const CUT_ANSWER = [
  'final user u1: (1.6 s of speech)',
  'partial assistant a1',
  'speech assistant started a1',
  'audio a1',
  'speech assistant stopped a1',
  'final assistant a1 interrupted: echo:',
];

const FIRST_ANSWER = [
  'final user u1: (1.6 s of speech)',
  'partial assistant a1',
  'speech assistant started a1',
  'audio a1',
  'speech assistant stopped a1',
  'usage',
  'final assistant a1: echo: 1.6 s of speech',
];

const SECOND_ANSWER = [
  'final user u2: (2.5 s of speech)',
  'partial assistant a2',
  'speech assistant started a2',
  'audio a2',
  'speech assistant stopped a2',
  'usage',
  'final assistant a2: echo: 2.5 s of speech',
  'close 1000 client_closed',
];

export const BREAKDOWN_SCENARIOS: readonly Scenario[] = [
  ...HOWS.map(([how, id, what]) => duringAnswer(how, id, what)),
  ...HOWS.map(([how, id, what]) => duringQuestion(how, id, what)),
  {
    id: 'network-drop-for-good',
    title: '[EN5] [ER7] a vendor that takes no new connection ends the call, once what was said is told',
    turns: ['automatic', 'manual'],
    breakdown: { how: 'cut', during: 'answer' },
    simulatedOnly: SIMULATED_ONLY,
    advice: 'The provider is overloaded or down; try again later.',
    async run(call, vendor) {
      await call.frame('ready');
      vendor.goDown();
      await call.say(1620);
      await call.hearOut('a1');
      await passTimeUntilEnd(call, vendor);
    },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        ...CUT_ANSWER,
        'error PROVIDER_UNAVAILABLE fatal',
        'close 1011 provider_error',
      ],
      manual: ['ready 24000 24000', ...CUT_ANSWER, 'error PROVIDER_UNAVAILABLE fatal', 'close 1011 provider_error'],
    },
  },
];

/** The answer is cut, the next question is answered. */
function duringAnswer(how: Breakdown, id: string, what: string): Scenario {
  return {
    id: `${id}-while-answering`,
    title: `[EN5] [TR5] ${what} in the middle of an answer cuts that answer, and the call goes on`,
    turns: ['automatic', 'manual'],
    breakdown: { how, during: 'answer' },
    simulatedOnly: SIMULATED_ONLY,
    async run(call, vendor) {
      await call.frame('ready');
      await call.say(1620);
      await call.frame('audio', { turn: 'a1' });
      if (how === 'silence') await passTheSilence(call, vendor);
      await call.hearOut('a1');
      await call.say(2520);
      await call.hearOut('a2');
    },
    repeats: { a2: 1 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        ...CUT_ANSWER,
        'speech user started u2',
        'speech user stopped u2',
        ...SECOND_ANSWER,
      ],
      manual: ['ready 24000 24000', ...CUT_ANSWER, ...SECOND_ANSWER],
    },
  };
}

/** The client notices nothing. */
function duringQuestion(how: Breakdown, id: string, what: string): Scenario {
  return {
    id: `${id}-while-asking`,
    title: `[EN5] ${what} in the middle of a question changes nothing: it is answered whole`,
    turns: ['automatic', 'manual'],
    breakdown: { how, during: 'question' },
    simulatedOnly: SIMULATED_ONLY,
    async run(call, vendor) {
      await call.frame('ready');
      await call.beginToSayInStep(1620);
      if (call.mode === 'automatic') await call.frame('speech', { role: 'user', state: 'started' });
      vendor.breakDown();
      await call.finishSaying();
      if (how === 'silence') await passTheSilence(call, vendor);
      await call.hearOut('a1');
      await call.say(2520);
      await call.hearOut('a2');
    },
    repeats: { a1: 0, a2: 1 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        ...FIRST_ANSWER,
        'speech user started u2',
        'speech user stopped u2',
        ...SECOND_ANSWER,
      ],
      manual: ['ready 24000 24000', ...FIRST_ANSWER, ...SECOND_ANSWER],
    },
  };
}

async function passTheSilence(call: Call, vendor: VendorView): Promise<void> {
  await call.sync();
  vendor.passTime(SILENCE_NOTICED_MS);
}

/** New attempts are made at growing intervals, and each takes a real round trip. */
async function passTimeUntilEnd(call: Call, vendor: VendorView): Promise<void> {
  const isOver = (): boolean => call.all('close').length > 0;
  while (!isOver()) {
    vendor.passTime(3000);
    // Whoever waits for a pong when the call ends is told so.
    await Promise.race([call.frame('close'), call.sync().catch(() => call.frame('close'))]);
  }
}
