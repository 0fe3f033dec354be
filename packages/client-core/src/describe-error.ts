/** The message of anything that was thrown, also of what cannot be written as text. Never throws. */
export function describeError(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'Something was thrown that cannot be written as text. Throw an Error.';
  }
}
