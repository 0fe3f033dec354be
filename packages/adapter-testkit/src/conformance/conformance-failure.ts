const BRAND = Symbol.for('@speko/adapter-testkit.ConformanceFailure');

/** A fault that a check found in an adapter. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
  /** Marks instances across copies of this package; use {@link ConformanceFailure.isInstance}. */
  readonly [BRAND] = true;

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static isInstance(value: unknown): value is ConformanceFailure {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** Finding of every check that needs a session, while there is none. */
export const NOT_READY = 'the session does not get ready; make the check "ready-once" pass first';

/** Thrown by checks that need a session that is ready. */
export class NotReadyFailure extends ConformanceFailure {
  /** @param complaint - What the provider said about it: then it is this check's settings that it does not take. */
  constructor(complaint: string | undefined) {
    super(complaint === undefined ? NOT_READY : `the provider does not take the session of this check: ${complaint}`);
  }
}

/** @throws ConformanceFailure unless `condition` holds */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceFailure(message);
}
