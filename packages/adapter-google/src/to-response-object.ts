/**
 * The result of a call as the object the vendor insists on: JSON objects as they are, everything else as `output`.
 * A string, a list or `null` in its place closes the connection.
 */
export function toResponseObject(output: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return { output };
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : { output: value };
}
