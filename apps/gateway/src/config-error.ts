import { isBranded, RealtimeError } from '@speko/protocol';

const CONFIG_ERROR_BRAND: unique symbol = Symbol.for('speko.ConfigError');

/** One thing that is wrong with the environment. */
export interface ConfigIssue {
  /** The variable, such as `PORT`. */
  readonly variable: string;
  /** What is wrong and what to set instead; never the value of a secret. */
  readonly problem: string;
}

/** The environment cannot be used: every mistake in it, at once. */
export class ConfigError extends RealtimeError<'BAD_CONFIG'> {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];
  /** Marks instances across copies of this package. */
  readonly [CONFIG_ERROR_BRAND] = true;

  constructor(issues: readonly ConfigIssue[]) {
    super({
      code: 'BAD_CONFIG',
      message: ['The configuration cannot be used:', ...issues.map(describeIssue)].join('\n'),
    });
    this.issues = issues;
  }

  /** Like `instanceof`, and true for an instance made by another copy of this package too. */
  static override isInstance(error: unknown): error is ConfigError {
    return isBranded(error, CONFIG_ERROR_BRAND);
  }
}

function describeIssue({ variable, problem }: ConfigIssue): string {
  return `  ${variable} ${problem}`;
}
