import type { ConformanceSubject } from './conformance-subject.ts';

/** One thing the suite proves. */
export interface ConformanceCheck {
  /** Stable; gaps are declared by it. */
  readonly name: string;
  /** The rule of `@speko/adapter`'s SPEC.md that it proves. */
  readonly rule: string;
  /** The rule, as a sentence. */
  readonly title: string;
  /** False where the check has no meaning, such as a plan for an adapter that does not dial. */
  readonly appliesTo?: (subject: ConformanceSubject) => boolean;
  /** @throws ConformanceFailure telling what is wrong */
  readonly run: (subject: ConformanceSubject) => void;
}

export function isDialed({ adapter }: ConformanceSubject): boolean {
  return adapter.kind === 'dialed';
}
