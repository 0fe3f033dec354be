// Many ordinary calls: by voice in real time and by text, half with the echo and half with a simulated vendor.
import type { Access } from '../harness/access.ts';
import { OrdinaryCall, type OrdinaryCallPlan } from '../harness/ordinary-call.ts';
import { readOptions, serveParent } from './serve-parent.ts';

/** How they fare. */
export interface OrdinaryProgress {
  readonly open: number;
  readonly turns: number;
  readonly answers: number;
  readonly losses: readonly string[];
}

const PLANS: readonly OrdinaryCallPlan[] = [
  { by: 'speech', provider: 'echo', model: 'echo' },
  { by: 'text', provider: 'xai', model: 'grok-voice-latest' },
  { by: 'text', provider: 'echo', model: 'echo' },
  { by: 'speech', provider: 'xai', model: 'grok-voice-latest' },
];

const { access, count } = readOptions<{ readonly access: Access; readonly count: number }>();
const calls: OrdinaryCall[] = [];

function progress(): OrdinaryProgress {
  const sum = (of: (call: OrdinaryCall) => number): number => calls.reduce((total, call) => total + of(call), 0);
  return {
    open: calls.filter((call) => call.isOpen).length,
    turns: sum((call) => call.progress.turns),
    answers: sum((call) => call.progress.answers),
    losses: calls.flatMap((call) => call.losses),
  };
}

serveParent({
  async start() {
    for (let index = 0; index < count; index++) {
      calls.push(await OrdinaryCall.start(access, PLANS[index % PLANS.length] ?? PLANS[0]!));
    }
  },
  progress,
  async finish() {
    await Promise.all(calls.map((call) => call.finish()));
    return progress();
  },
});
