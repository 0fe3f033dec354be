export { Call, type CallParts, type TurnMode, type Voice } from './call.ts';
export { Changes } from './changes.ts';
export { checkRules } from './check-rules.ts';
export { expectedErrors, expectedTrace } from './scenario.ts';
export type { Breakdown, FailureName, Scenario, Trace, TraceByMode, VendorManners, VendorView } from './scenario.ts';
export { SCENARIOS } from './scenarios.ts';
export { traceOf } from './trace.ts';
