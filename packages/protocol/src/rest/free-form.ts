import { z } from 'zod';
import { isExactInteger } from '../json/exact-json.ts';

/** Whether a value of `parseExactJson` is a JSON object: an integer that a number cannot hold looks like one. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactInteger(value);
}

/**
 * Any JSON object, handed on as it is: `z.record` copies, and loses an own key `__proto__` on the way.
 * @param error - what is said of anything else
 */
export function freeFormObject(error: string): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  return z.custom<Record<string, unknown>>(isJsonObject, error);
}
