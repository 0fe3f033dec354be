// Every pair of rates a client may ask for, whatever the rates of the provider.
import type { Scenario } from '../scenario.ts';

const RATES_HZ = [16_000, 24_000] as const;

const TALK = [
  'final user u1: (1.6 s of speech)',
  'partial assistant a1',
  'speech assistant started a1',
  'audio a1',
  'speech assistant stopped a1',
  'usage',
  'final assistant a1: echo: 1.6 s of speech',
  'final user u2: Hello there',
  'partial assistant a2',
  'speech assistant started a2',
  'audio a2',
  'speech assistant stopped a2',
  'usage',
  'final assistant a2: echo: Hello there',
  'close 1000 client_closed',
];

export const RATE_SCENARIOS: readonly Scenario[] = RATES_HZ.flatMap((input) =>
  RATES_HZ.map((output) => rateScenario(input, output)),
);

function rateScenario(input: (typeof RATES_HZ)[number], output: (typeof RATES_HZ)[number]): Scenario {
  return {
    id: `rates-${input / 1000}-in-${output / 1000}-out`,
    title: `[RS7] [SF2] [SF4] ${input} Hz in and ${output} Hz out are what is heard on either side`,
    turns: ['automatic', 'manual'],
    params: { inputSampleRate: input, outputSampleRate: output },
    async run(call) {
      await call.say(1620);
      await call.hearOut('a1');
      await call.frame('transcript', { role: 'user', final: true, turn: 'u1' });
      call.session.sendText('Hello there');
      await call.hearOut('a2');
    },
    repeats: { a1: 0 },
    speaks: { a2: 'echo: Hello there' },
    expected: {
      automatic: [`ready ${input} ${output}`, 'speech user started u1', 'speech user stopped u1', ...TALK],
      manual: [`ready ${input} ${output}`, ...TALK],
    },
  };
}
