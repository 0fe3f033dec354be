import { ADAPTER_CHECKS } from './adapter-checks.ts';
import type { ConformanceCheck } from './conformance-check.ts';
import { ConformanceFailure } from './conformance-failure.ts';
import type { ConformanceSubject } from './conformance-subject.ts';

/** Checks this adapter is known to fail, by name, each with the reason why that is right. */
export type ConformanceGaps = Readonly<Record<string, string>>;

/** A check that found something. */
export interface ConformanceFinding {
  readonly check: string;
  readonly message: string;
}

/** Runs the whole suite without a test runner. @returns What is wrong; empty for a conforming adapter. */
export function runConformance(subject: ConformanceSubject, gaps: ConformanceGaps = {}): ConformanceFinding[] {
  requireKnownGaps(gaps);
  return checksFor(subject).flatMap((check) => {
    const message = findFault(check, subject, gaps[check.name]);
    return message === undefined ? [] : [{ check: check.name, message }];
  });
}

/** The checks that have a meaning for this adapter. */
export function checksFor(subject: ConformanceSubject): readonly ConformanceCheck[] {
  return ADAPTER_CHECKS.filter((check) => check.appliesTo?.(subject) ?? true);
}

/**
 * Runs one check. A check with a gap still runs, and has to fail: a gap that is no longer true is a fault.
 *
 * @returns What is wrong, if anything
 */
export function findFault(check: ConformanceCheck, subject: ConformanceSubject, gap?: string): string | undefined {
  let message: string | undefined;
  try {
    check.run(subject);
  } catch (error) {
    message = error instanceof ConformanceFailure ? error.message : String(error);
  }
  if (gap === undefined) return message;
  return message === undefined
    ? `this passes by now, so the gap is not true any more: “${gap}”. Remove it.`
    : undefined;
}

/** @throws Error for a gap that names no check, or gives no reason */
export function requireKnownGaps(gaps: ConformanceGaps): void {
  for (const [name, reason] of Object.entries(gaps)) {
    if (!ADAPTER_CHECKS.some((check) => check.name === name)) throw new Error(`No check is called "${name}".`);
    if (!/\S+\s+\S+/.test(reason)) throw new Error(`The gap "${name}" needs a sentence that gives the reason.`);
  }
}
