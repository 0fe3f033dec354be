/** `JSON.rawJSON`, which TypeScript's library does not declare yet and browsers before 2025 may lack. */
const exact = JSON as unknown as { rawJSON(integer: bigint): unknown };

/**
 * Writes JSON in which a `bigint` is the integer that it is, digit by digit, as databases return for ids.
 * @throws TypeError for what is no JSON, such as an object that holds itself
 */
export function writeJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? exact.rawJSON(item) : item));
}

/** What the model is told: a string as it is, anything else as JSON, nothing as `null`. */
export function toOutput(result: unknown): string {
  return typeof result === 'string' ? result : (writeJson(result) ?? 'null');
}
