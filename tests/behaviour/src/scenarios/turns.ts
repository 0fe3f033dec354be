// Who speaks when, and what is told of it.
import type { Scenario } from '../scenario.ts';

export const TURN_SCENARIOS: readonly Scenario[] = [
  {
    id: 'plain-turn',
    title: '[SF5] [SF6] [TR2] [US1] a question and its answer',
    turns: ['automatic', 'manual'],
    async run(call) {
      await call.say(1620);
      await call.frame('transcript', { role: 'user', final: true });
      await call.hearOut('a1');
    },
    repeats: { a1: 0 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (1.6 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: (1.6 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'two-turns',
    title: '[TR3] two questions, each answered before the next one',
    turns: ['automatic', 'manual'],
    async run(call) {
      await call.say(1620);
      await call.hearOut('a1');
      await call.say(2520);
      await call.hearOut('a2');
      await call.frame('transcript', { role: 'user', final: true, turn: 'u2' });
      checkOrderOfSpeech(call.all('transcript', { final: true }), ['u1', 'a1', 'u2', 'a2']);
    },
    repeats: { a1: 0, a2: 1 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (1.6 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 1.6 s of speech',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (2.5 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 2.5 s of speech',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: (1.6 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 1.6 s of speech',
        'final user u2: (2.5 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 2.5 s of speech',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'typed-text',
    title: '[CF7] a typed question is a turn like a spoken one',
    turns: ['automatic', 'manual'],
    async run(call) {
      call.session.sendText('Hello there');
      await call.hearOut('a1');
    },
    expected: [
      'ready 24000 24000',
      'final user u1: Hello there',
      'partial assistant a1',
      'speech assistant started a1',
      'audio a1',
      'speech assistant stopped a1',
      'usage',
      'final assistant a1: echo: Hello there',
      'close 1000 client_closed',
    ],
  },
  {
    id: 'first-message',
    title: '[RS11] the assistant opens the call with the words it was given, and listens then',
    turns: ['automatic', 'manual'],
    params: { firstMessage: 'Welcome to the shop.' },
    async run(call) {
      await call.hearOut('a1');
      await call.say(1620);
      await call.hearOut('a2');
    },
    repeats: { a2: 0 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: Welcome to the shop.',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (1.6 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: Welcome to the shop.',
        'final user u1: (1.6 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 1.6 s of speech',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'temperature',
    title: '[SF3] a setting that the provider has no use for is named by "ready", and the call goes on without it',
    turns: ['automatic', 'manual'],
    params: { temperature: 0.7 },
    async run(call, vendor) {
      const { ignored } = await call.frame('ready');
      if (ignored.join() !== (vendor.can('temperature') ? '' : 's2s.temperature'))
        throw new Error(`"ready" names ${ignored.join(', ') || 'nothing'} as ignored.`);
      call.session.sendText('Hello there');
      await call.hearOut('a1');
    },
    expected: [
      'ready 24000 24000',
      'final user u1: Hello there',
      'partial assistant a1',
      'speech assistant started a1',
      'audio a1',
      'speech assistant stopped a1',
      'usage',
      'final assistant a1: echo: Hello there',
      'close 1000 client_closed',
    ],
  },
];

/** `startMs` restores the order, however late the words of the user came; every turn has one. */
function checkOrderOfSpeech(
  finals: readonly { readonly turn: string | undefined; readonly startMs: number | undefined }[],
  expected: readonly string[],
): void {
  const unknown = finals.filter(({ startMs }) => startMs === undefined).map(({ turn }) => turn);
  if (unknown.length > 0) throw new Error(`Nobody knows when ${unknown.join(', ')} began.`);
  const spoken = finals.toSorted((one, other) => (one.startMs ?? 0) - (other.startMs ?? 0)).map(({ turn }) => turn);
  if (spoken.join() !== expected.join()) throw new Error(`Ordered by startMs the turns are ${spoken.join(', ')}.`);
}
