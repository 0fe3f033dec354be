// Who cuts whom, and who learns what was heard.
import type { Call } from '../call.ts';
import type { Scenario, VendorView } from '../scenario.ts';

export const INTERRUPTION_SCENARIOS: readonly Scenario[] = [
  {
    id: 'barge-in-while-generating',
    title: '[BI1] [BI2] [BI8] the user speaks while the answer is still being generated',
    turns: ['automatic', 'manual'],
    // Two seconds from the first audio to the last, of which the user waits for half a second of sound.
    manners: { audioSpeed: 4 },
    async run(call, vendor) {
      await call.say(8100);
      await call.until(() => call.audioOf('a1').byteLength >= 24_000, 'half a second of the answer');
      await bargeIn(call, { saying: 2520, heardMs: 1 });
      if (!vendor.isReal) await call.frame('usage');
      call.session.reportPlayback('a1', 1);
      await call.frame('transcript', { role: 'assistant', final: true, turn: 'a1' });
      if (call.mode === 'automatic') await call.finishSaying();
      await call.hearOut('a2');
      await checkHeard(call, vendor, 1);
    },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (8.1 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'interruption a1',
        'speech assistant stopped a1',
        'speech user started u2',
        'usage',
        'final assistant a1 interrupted: ',
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
        'final user u1: (8.1 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'interruption a1',
        'speech assistant stopped a1',
        'final assistant a1 interrupted: ',
        'usage',
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
    id: 'barge-in-while-playing',
    title: '[BI1] [BI5] [BI6] the user speaks when the answer has long been generated and is still to be heard',
    turns: ['automatic', 'manual'],
    simulatedOnly: 'How far a vendor is ahead of its playback is up to it, and some end a turn only with that.',
    async run(call, vendor) {
      await call.say(8100);
      await call.frame('speech', { role: 'assistant', state: 'stopped', turn: 'a1' });
      await bargeIn(call, { saying: 720, heardMs: 4000 });
      call.session.reportPlayback('a1', 4000);
      await call.frame('transcript', { role: 'assistant', final: true, turn: 'a1' });
      if (call.mode === 'automatic') await call.finishSaying();
      await call.hearOut('a2');
      await checkHeard(call, vendor, 4000);
    },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (8.1 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'interruption a1',
        'speech user started u2',
        'final assistant a1 interrupted: echo: 8.1',
        'speech user stopped u2',
        'final user u2: (0.7 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 0.7 s of speech',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: (8.1 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'interruption a1',
        'final assistant a1 interrupted: echo: 8.1',
        'final user u2: (0.7 s of speech)',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: 0.7 s of speech',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'interrupt-while-generating',
    title: '[BI2] [BI3] [BI4] an interrupt cuts the answer, also where the vendor cannot be stopped',
    turns: ['automatic', 'manual'],
    manners: { audioSpeed: 4 },
    async run(call, vendor) {
      await call.say(4500);
      await call.until(() => call.audioOf('a1').byteLength >= 24_000, 'half a second of the answer');
      call.session.interrupt({ playedMs: 1 });
      await call.frame('transcript', { role: 'assistant', final: true, turn: 'a1' });
      // Comes when the vendor is done with the answer: at once, or after it has said all of it to nobody.
      if (!vendor.isReal) await call.frame('usage');
      call.session.sendText('Once more, please');
      await call.hearOut('a2');
    },
    expected: {
      automatic: [
        'ready 24000 24000',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (4.5 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'interruption a1',
        'speech assistant stopped a1',
        'final assistant a1 interrupted: ',
        'usage',
        'final user u2: Once more, please',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: Once more, please',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'final user u1: (4.5 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'interruption a1',
        'speech assistant stopped a1',
        'final assistant a1 interrupted: ',
        'usage',
        'final user u2: Once more, please',
        'partial assistant a2',
        'speech assistant started a2',
        'audio a2',
        'speech assistant stopped a2',
        'usage',
        'final assistant a2: echo: Once more, please',
        'close 1000 client_closed',
      ],
    },
  },
  {
    id: 'interrupt-nothing',
    title: '[BI3] an interrupt without anything to interrupt is answered, and does no harm',
    turns: ['automatic', 'manual'],
    async run(call) {
      call.session.interrupt();
      await call.frame('interruption');
      await call.say(1620);
      await call.hearOut('a1');
      call.session.interrupt();
      await call.sync();
    },
    repeats: { a1: 0 },
    expected: {
      automatic: [
        'ready 24000 24000',
        'interruption -',
        'speech user started u1',
        'speech user stopped u1',
        'final user u1: (1.6 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 1.6 s of speech',
        'interruption -',
        'close 1000 client_closed',
      ],
      manual: [
        'ready 24000 24000',
        'interruption -',
        'final user u1: (1.6 s of speech)',
        'partial assistant a1',
        'speech assistant started a1',
        'audio a1',
        'speech assistant stopped a1',
        'usage',
        'final assistant a1: echo: 1.6 s of speech',
        'interruption -',
        'close 1000 client_closed',
      ],
    },
  },
];

/** Cuts the first answer by speaking. Where nobody hears the user begin, a commit cuts it, and nothing is waited for then. */
async function bargeIn(call: Call, { saying, heardMs }: { saying: number; heardMs: number }): Promise<void> {
  await call.beginToSay(saying);
  if (call.mode === 'manual') {
    call.session.reportPlayback('a1', heardMs);
    call.session.commit();
  }
  await call.frame('interruption', { turn: 'a1' });
}

/**
 * The vendor was told once what was heard of the first answer: what the client reported after the interruption, or what it
 * reported before its commit and the little that was heard until that came.
 */
async function checkHeard(call: Call, vendor: VendorView, reportedMs: number): Promise<void> {
  const told = await vendor.toldHeardMs(1);
  if (told === undefined) return;
  const [heardMs = -1, ...more] = told;
  const latestMs = call.mode === 'automatic' ? reportedMs : reportedMs + 1000;
  if (more.length > 0 || heardMs < reportedMs || heardMs > latestMs)
    throw new Error(`The vendor was told that ${told.join(', ')} ms were heard instead of ${reportedMs}.`);
}
