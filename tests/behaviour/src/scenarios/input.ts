// What is done with the audio of the user.
import type { Scenario } from '../scenario.ts';

export const INPUT_SCENARIOS: readonly Scenario[] = [
  {
    id: 'commit-nothing',
    title: '[CF5] a commit of nothing does nothing',
    turns: ['automatic', 'manual'],
    async run(call) {
      call.session.commit();
      call.session.commit();
      await call.sync();
      await call.say(1620);
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
    id: 'commit-amid-speech',
    title: '[CF4] a commit ends the turn of a user who is still speaking; what they say later is another one',
    turns: ['automatic', 'manual'],
    async run(call) {
      await call.beginToSay(2520);
      if (call.mode === 'automatic') await call.frame('speech', { role: 'user', state: 'started' });
      call.session.commit();
      await call.hearOut('a1');
      await call.say(1620);
      await call.hearOut('a2');
    },
    repeats: { a1: 0, a2: 1 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (2.5 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 2.5 s of speech',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (1.6 s of speech)',
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
        'final user u1: (2.5 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 2.5 s of speech',
        'final user u2: (1.6 s of speech)',
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
    id: 'clear',
    title: '[CF6] [ER8] what was cleared is not part of the turn',
    turns: ['automatic', 'manual'],
    async run(call) {
      await call.beginToSay(900);
      if (call.mode === 'automatic') await call.frame('speech', { role: 'user', state: 'started' });
      call.session.clear();
      // Nothing is left to end; where speech was heard, it goes on.
      if (call.mode === 'manual') call.session.commit();
      await call.sync();
      await call.say(1620);
      await call.hearOut('a1');
    },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'speech user started u2',
        'speech user stopped u2',
        'final user u2: (1.6 s of speech)',
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
    without: {
      clear: {
        automatic: [
          'ready 24000 24000',
          'speech user started u1',
          'error UNSUPPORTED',
          'speech user stopped u1',
          'final user u1: (2.5 s of speech)',
          'partial assistant a1',
          'speech assistant started a1',
          'audio a1',
          'speech assistant stopped a1',
          'usage',
          'final assistant a1: echo: 2.5 s of speech',
          'close 1000 client_closed',
        ],
      },
    },
  },
];
