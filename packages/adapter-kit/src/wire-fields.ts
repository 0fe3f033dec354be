import { isExactInteger } from '@speko/protocol/lean';
import { z } from 'zod';
import { MAX_ID_CHARS } from './recent-map.ts';

/** A field that may be missing, null or nonsense; all of that reads as `undefined`. */
export function lenient<Schema extends z.ZodType>(schema: Schema) {
  return schema
    .nullish()
    .transform((value): z.output<Schema> | undefined => value ?? undefined)
    .catch(undefined);
}

/**
 * An id that some servers leave out, leave empty, or write as a number, which reads as its digits. One of more than
 * {@link MAX_ID_CHARS} characters makes its message unreadable.
 */
export const optionalIdSchema = z.unknown().optional().transform(idText).pipe(z.string().max(MAX_ID_CHARS).optional());

/** An id as text, or `undefined` for what is none. */
export function idText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return isExactInteger(value) ? value.rawJSON : undefined;
}
