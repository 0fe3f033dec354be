import type { Scenario } from './scenario.ts';
import { BREAKDOWN_SCENARIOS } from './scenarios/breakdowns.ts';
import { FAILURE_SCENARIOS } from './scenarios/failures.ts';
import { INPUT_SCENARIOS } from './scenarios/input.ts';
import { INTERRUPTION_SCENARIOS } from './scenarios/interruptions.ts';
import { RATE_SCENARIOS } from './scenarios/rates.ts';
import { TOOL_SCENARIOS } from './scenarios/tools.ts';
import { TURN_SCENARIOS } from './scenarios/turns.ts';

/** Every scenario, family by family. */
export const SCENARIOS: readonly Scenario[] = [
  ...TURN_SCENARIOS,
  ...INTERRUPTION_SCENARIOS,
  ...INPUT_SCENARIOS,
  ...TOOL_SCENARIOS,
  ...RATE_SCENARIOS,
  ...FAILURE_SCENARIOS,
  ...BREAKDOWN_SCENARIOS,
];
