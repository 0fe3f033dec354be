import type { z } from 'zod';

import type { ErrorIssue } from './error-body.ts';

/** A request part that is valid, or what to answer `VALIDATION_ERROR` with. */
export type RequestValidation<Value> =
  | { ok: true; value: Value }
  | { ok: false; message: string; issues: ErrorIssue[] };

/**
 * Checks a body or query against its schema.
 *
 * Every unknown field becomes an issue of its own that names its full path.
 * @see PROTOCOL.md rules RS3 and ER1
 */
export function validateRequest<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): RequestValidation<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const issues = result.error.issues.flatMap(toErrorIssues);
  return { ok: false, message: summarize(issues), issues };
}

function toErrorIssues(issue: z.core.$ZodIssue): ErrorIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]),
      message: 'Unknown field; correct its spelling or remove it.',
    }));
  }
  return [{ path: formatPath(issue.path), message: issue.message }];
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function summarize(issues: readonly ErrorIssue[]): string {
  const [first] = issues;
  if (first === undefined) return 'The request is not valid.';
  const where = first.path === '' ? 'The request' : first.path;
  const more = issues.length === 1 ? '' : ` (and ${issues.length - 1} more; see issues)`;
  return `${where}: ${first.message}${more}`;
}
