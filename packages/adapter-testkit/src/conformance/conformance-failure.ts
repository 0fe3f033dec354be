/** What a check found wrong with an adapter. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
}

/** What every check finds that needs a session, as long as there is none. */
export const NOT_READY = 'the session does not get ready; make the check "ready-once" pass first';

/** Thrown by checks that need a session that is ready. */
export class NotReadyFailure extends ConformanceFailure {
  constructor() {
    super(NOT_READY);
  }
}

/** @throws ConformanceFailure unless `condition` holds */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceFailure(message);
}
