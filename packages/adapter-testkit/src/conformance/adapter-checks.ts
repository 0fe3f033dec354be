import { capabilityChecks } from './checks/capability-checks.ts';
import { DECLARATION_CHECKS } from './checks/declaration-checks.ts';
import { DECODE_CHECKS } from './checks/decode-checks.ts';
import { FAILURE_CHECKS } from './checks/failure-checks.ts';
import { ODD_INPUT_CHECKS } from './checks/odd-input-checks.ts';
import { READINESS_CHECKS, SESSION_CHECKS } from './checks/session-checks.ts';
import { TOOL_CHECKS } from './checks/tool-checks.ts';
import type { ConformanceCheck } from './conformance-check.ts';

/** Everything the suite proves, in the order in which to read failures: later checks rest on earlier ones. */
export const ADAPTER_CHECKS: readonly ConformanceCheck[] = [
  ...DECLARATION_CHECKS,
  ...READINESS_CHECKS,
  ...DECODE_CHECKS,
  ...SESSION_CHECKS,
  ...TOOL_CHECKS,
  ...ODD_INPUT_CHECKS,
  ...FAILURE_CHECKS,
  ...capabilityChecks,
];
