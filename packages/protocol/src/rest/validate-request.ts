import type { z } from 'zod';
import { LIMITS } from '../limits.ts';
import type { ErrorIssue } from './error-body.ts';

/** A request part that is valid, or what to answer `VALIDATION_ERROR` with. */
export type RequestValidation<Value> =
  | { ok: true; value: Value }
  | { ok: false; message: string; issues: ErrorIssue[] };

/** A name in a path is the caller's own and may be as long as a body. */
const MAX_NAME_CHARS = 64;

/**
 * Checks a body or query against its schema.
 *
 * Each unknown field becomes an issue with its full path. Beyond the first 50, issues are only
 * counted, and names longer than 64 characters are cut: an answer stays under 32 KiB whatever was asked.
 * @see PROTOCOL.md rules RS3 and ER1
 */
export function validateRequest<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): RequestValidation<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const issues: ErrorIssue[] = [];
  let count = 0;
  for (const issue of result.error.issues) {
    const left = LIMITS.issues - issues.length;
    if (left > 0) issues.push(...toErrorIssues(issue, left));
    count += issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
  }
  return { ok: false, message: summarize(issues, count), issues };
}

function toErrorIssues(issue: z.core.$ZodIssue, atMost: number): ErrorIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, atMost).map((key) => ({
      path: formatPath([...issue.path, key]),
      message: 'Unknown field; correct its spelling or remove it.',
    }));
  }
  return [{ path: formatPath(issue.path), message: issue.message }];
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = clip(String(part));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** Half a surrogate pair would be no character. */
function clip(name: string): string {
  if (name.length <= MAX_NAME_CHARS) return name;
  return `${name.slice(0, MAX_NAME_CHARS).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function summarize(issues: readonly ErrorIssue[], count: number): string {
  const [first] = issues;
  if (first === undefined) return 'The request is not valid.';
  const where = first.path === '' ? 'The request' : first.path;
  const listed = issues.length === 1 ? '' : ` (and ${issues.length - 1} more; see issues)`;
  const unlisted = count === issues.length ? '' : ` … and ${thousands(count - issues.length)} more that are not listed`;
  return `${where}: ${first.message}${listed}${unlisted}`;
}

/** `25,950`. Written out because what a locale does is not part of the language. */
function thousands(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
