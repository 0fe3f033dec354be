import type { ErrorBody } from '@speko/protocol/lean';

/** The gateway refused, or could not be asked; `message` is for the person at the page. */
export class GatewayError extends Error {
  /** Status of the answer; 401 where the page was not opened by the address that lets it in. */
  readonly status: number | undefined;

  constructor(message: string, { status, cause }: { status?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.status = status;
  }
}

/** Asks the gateway that serves this page. @throws GatewayError with the gateway's own sentence, where it gave one */
export async function askGateway(path: string, init?: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new GatewayError('The gateway does not answer. Check that it is running.', { cause });
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  const { status } = response;
  throw new GatewayError(sentenceOf(body) ?? `The gateway answered with status ${status}.`, { status });
}

function sentenceOf(body: unknown): string | undefined {
  const { error, issues } = (body ?? {}) as Partial<ErrorBody>;
  if (typeof error !== 'string') return undefined;
  const details = Array.isArray(issues) ? issues.map(({ path, message }) => `${path}: ${message}`) : [];
  return [error, ...details.filter((detail) => !error.includes(detail))].join(' ');
}
