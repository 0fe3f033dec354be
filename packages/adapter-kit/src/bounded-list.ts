import { z } from 'zod';

/** Elements of one list in one message that are read: parts, calls, items. Vendors send a few. */
export const MAX_LIST_ELEMENTS = 256;

/** A list of which the first 256 elements are read; what is behind them is not even looked at. */
export function boundedList<Schema extends z.ZodType>(element: Schema) {
  return z.preprocess(
    (value: unknown) => (Array.isArray(value) ? (value as unknown[]).slice(0, MAX_LIST_ELEMENTS) : value),
    z.array(element),
  );
}
