import { validateRequest } from '@speko/protocol';
import { HttpError } from '../http-error.ts';

/**
 * A body or query that fits its schema.
 * @throws HttpError `VALIDATION_ERROR` with one issue for each thing that is wrong.
 */
export function validated<Schema extends Parameters<typeof validateRequest>[0]>(
  schema: Schema,
  input: unknown,
): Schema['_zod']['output'] {
  const result = validateRequest(schema, input);
  if (result.ok) return result.value;
  throw new HttpError({ code: 'VALIDATION_ERROR', message: result.message, issues: result.issues });
}
