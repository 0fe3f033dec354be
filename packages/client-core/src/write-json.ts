/** `JSON.rawJSON`, which TypeScript's library does not declare yet and older browsers lack. */
const { rawJSON } = JSON as unknown as { rawJSON?: (text: string) => unknown };

/**
 * Writes JSON in which a `bigint` is the integer that it is, digit by digit, as data bases return for ids. In browsers that
 * cannot write it so it becomes a text.
 * @throws TypeError for what is no JSON, such as an object that holds itself
 */
export function writeJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? (rawJSON?.(`${item}`) ?? `${item}`) : item,
  ) as string | undefined;
}

/** What the model is told: a string as it is, anything else as JSON, nothing as `null`. */
export function toOutput(result: unknown): string {
  return typeof result === 'string' ? result : (writeJson(result) ?? 'null');
}
