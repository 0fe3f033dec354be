import { describe, test } from 'vitest';
import { ConformanceFailure, NOT_READY } from './conformance-failure.ts';
import type { ConformanceSubject } from './conformance-subject.ts';
import { checksFor, findFault, requireKnownGaps, type ConformanceGaps } from './run-conformance.ts';
import { whereToLook } from './where-to-look.ts';

/** Checks hold whole calls, and some are large: a slow machine is no fault of an adapter. */
const TIMEOUT_MS = 60_000;

/** An adapter under test, and what it is known not to do. */
export interface AdapterConformance extends ConformanceSubject {
  /**
   * Checks this adapter cannot pass, by name, each with a sentence that gives the reason. The check is run all the
   * same: once it passes, the suite fails until the gap is removed. A capability that is `false` is no gap.
   */
  readonly gaps?: ConformanceGaps;
}

/**
 * Defines the conformance suite for an adapter, as vitest tests. Call it at the top of `<id>.conformance.test.ts`.
 *
 * @throws Error when a gap names no check or gives no reason
 */
export function defineAdapterConformance({ gaps = {}, ...subject }: AdapterConformance): void {
  requireKnownGaps(gaps);
  describe(`${subject.adapter.id} conformance`, () => {
    for (const check of checksFor(subject)) {
      const gap = gaps[check.name];
      test(
        `[${check.rule}] ${check.name}: ${check.title}${gap === undefined ? '' : ` (gap: ${gap})`}`,
        { timeout: TIMEOUT_MS },
        () => {
          const fault = findFault(check, subject, gap);
          if (fault === undefined) return;
          const decisive = fault === NOT_READY ? 'ready-once' : check.name;
          const where = gap === undefined ? whereToLook(decisive, subject) : 'the gaps given to the suite';
          throw new ConformanceFailure(`${fault}\nWhere to look: ${where}`);
        },
      );
    }
  });
}
