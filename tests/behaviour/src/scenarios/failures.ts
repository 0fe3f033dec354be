// What a client is told when the vendor refuses.
import type { Scenario } from '../scenario.ts';

const REFUSED = ['error S2S_PROVIDER_CONNECT_FAILED fatal', 'close 1011 provider_connect_failed'];

export const FAILURE_SCENARIOS: readonly Scenario[] = [
  {
    id: 'wrong-key',
    title: '[ER5] a vendor that refuses the key ends the call before it is ready',
    turns: ['automatic', 'manual'],
    failure: 'wrong-key',
    advice: "Check the provider's API key in the gateway's settings.",
    async run(call) {
      await call.frame('close');
    },
    expected: REFUSED,
  },
  {
    id: 'unknown-model',
    title: '[ER5] a model that the vendor does not have ends the call before it is ready',
    turns: ['automatic', 'manual'],
    failure: 'unknown-model',
    advice: 'Ask for a model that this provider account can use.',
    async run(call) {
      await call.frame('close');
    },
    expected: REFUSED,
  },
  {
    id: 'quota-exceeded',
    title: '[ER5] an account without credit ends the call before it is ready',
    turns: ['automatic', 'manual'],
    failure: 'quota-exceeded',
    simulatedOnly: 'It needs an account without credit.',
    advice: 'Add credit to the provider account; the provider refuses calls until then.',
    async run(call) {
      await call.frame('close');
    },
    expected: REFUSED,
  },
  {
    id: 'overload',
    title: '[ER5] an overloaded vendor ends the call before it is ready',
    turns: ['automatic', 'manual'],
    failure: 'overload',
    simulatedOnly: 'It needs a vendor that is overloaded.',
    advice: 'The provider is overloaded or down; try again later.',
    async run(call) {
      await call.frame('close');
    },
    expected: REFUSED,
  },
  {
    id: 'quota-exceeded-later',
    title: '[ER7] [EN5] an account that runs dry in the middle of a call ends it, and no new connection is tried',
    turns: ['automatic', 'manual'],
    failure: 'quota-exceeded-later',
    simulatedOnly: 'It needs an account that runs dry in the middle of a call.',
    advice: 'Add credit to the provider account; the provider refuses calls until then.',
    async run(call) {
      await call.frame('ready');
      call.session.sendText('Hello there');
      await call.frame('close');
    },
    expected: [
      'ready 24000 24000',
      'final user u1: Hello there',
      'error PROVIDER_RATE_LIMITED fatal',
      'close 1011 provider_error',
    ],
  },
  {
    id: 'rate-limited-later',
    title: '[ER7] an answer that is refused for too many requests is told, and the call goes on',
    turns: ['automatic', 'manual'],
    failure: 'rate-limited-later',
    simulatedOnly: 'It needs an account at its limit.',
    advice: 'Wait a moment before the next call.',
    async run(call) {
      await call.frame('ready');
      call.session.sendText('Hello there');
      await call.frame('error');
      call.session.sendText('Once more');
      await call.hearOut('a2');
    },
    expected: [
      'ready 24000 24000',
      'final user u1: Hello there',
      'error PROVIDER_RATE_LIMITED',
      'final user u2: Once more',
      'partial assistant a2',
      'speech assistant started a2',
      'audio a2',
      'speech assistant stopped a2',
      'usage',
      'final assistant a2: echo: Hello there Once more',
      'close 1000 client_closed',
    ],
  },
];
