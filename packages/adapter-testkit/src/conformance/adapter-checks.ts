import { capabilityChecks } from './checks/capability-checks.ts';
import { declarationChecks } from './checks/declaration-checks.ts';
import { decodeChecks } from './checks/decode-checks.ts';
import { failureChecks } from './checks/failure-checks.ts';
import { oddInputChecks } from './checks/odd-input-checks.ts';
import { readinessChecks, sessionChecks } from './checks/session-checks.ts';
import { toolChecks } from './checks/tool-checks.ts';
import type { ConformanceCheck } from './conformance-check.ts';

/** Everything the suite proves, in the order in which to read failures: later checks rest on earlier ones. */
export const adapterChecks: readonly ConformanceCheck[] = [
  ...declarationChecks,
  ...readinessChecks,
  ...decodeChecks,
  ...sessionChecks,
  ...toolChecks,
  ...oddInputChecks,
  ...failureChecks,
  ...capabilityChecks,
];
