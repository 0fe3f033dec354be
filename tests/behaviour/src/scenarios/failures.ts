// What a client is told when the vendor fails.
import type { Scenario } from '../scenario.ts';

export const FAILURE_SCENARIOS: readonly Scenario[] = [
  {
    id: 'wrong-key',
    title: '[ER5] a vendor that refuses the key ends the call before it is ready',
    turns: ['automatic', 'manual'],
    failure: 'wrong-key',
    simulatedOnly: 'It needs a wrong key.',
    async run(call) {
      await call.frame('close');
    },
    expected: ['error S2S_PROVIDER_CONNECT_FAILED fatal', 'close 1011 provider_connect_failed'],
  },
];
