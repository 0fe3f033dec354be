import type { z } from 'zod';

/** A refusal in the vendor's words; it becomes an `error` event. */
export class VendorError extends Error {
  readonly code: string | null;
  readonly param: string | null;
  readonly type: string;

  constructor(options: { code: string | null; message: string; param?: string; type?: string }) {
    super(options.message);
    this.name = 'VendorError';
    this.code = options.code;
    this.param = options.param ?? null;
    this.type = options.type ?? 'invalid_request_error';
  }
}

/** What zod found wrong first, as the vendor would put it. */
export function refusalOf(error: z.ZodError): VendorError {
  const issue = flatten(error.issues)[0];
  const path = issue === undefined ? '' : parameterName(issue.path);
  switch (issue?.code) {
    case 'unrecognized_keys': {
      const param = path === '' ? (issue.keys[0] ?? '') : `${path}.${issue.keys[0] ?? ''}`;
      return new VendorError({ code: 'unknown_parameter', message: `Unknown parameter: '${param}'.`, param });
    }
    case 'invalid_type':
      if (issue.input === undefined) return missingParameter(path);
      return new VendorError({
        code: 'invalid_type',
        message: `Invalid type for '${path}': expected ${issue.expected}.`,
        param: path,
      });
    case 'invalid_value':
    case 'invalid_union':
      if (issue.input === undefined) return missingParameter(path);
      return new VendorError({
        code: 'invalid_value',
        message:
          `Invalid value: ${JSON.stringify(issue.input)?.replaceAll('"', "'").slice(0, 80) ?? ''}. ${supported(issue)}`.trim(),
        param: path,
      });
    case 'too_big':
      if (issue.origin === 'string') {
        return new VendorError({
          code: 'string_above_max_length',
          message: `Invalid '${path}': string too long. Expected a string with maximum length ${issue.maximum}.`,
          param: path,
        });
      }
      break;
    case undefined:
      break;
    default:
      break;
  }
  return new VendorError({
    code: 'invalid_value',
    message: `Invalid value for '${path}': ${issue?.message ?? ''}`,
    param: path,
  });
}

type Issue = z.core.$ZodIssue;

/** A union of which one member fits in its tag fails with that member's issues, which are the telling ones. */
function flatten(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code !== 'invalid_union') return [issue];
    const telling = issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0));
    if (telling === undefined) return [issue];
    return flatten(telling).map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

function missingParameter(param: string): VendorError {
  return new VendorError({
    code: 'missing_required_parameter',
    message: `Missing required parameter: '${param}'.`,
    param,
  });
}

function supported(issue: Issue): string {
  const values = issue.code === 'invalid_value' ? issue.values : [];
  return values.length === 0 ? '' : `Supported values are: ${values.map((value) => `'${String(value)}'`).join(', ')}.`;
}

function parameterName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}
