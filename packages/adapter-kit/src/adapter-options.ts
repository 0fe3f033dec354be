import { AdapterError } from '@speko/adapter';
import { z } from 'zod';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** A string that is fit for a header, such as a key. */
export const headerValueSchema = z
  .string()
  .regex(PRINTABLE, 'must be one line of printable ASCII without spaces around it');

/** Headers that an operator adds. */
export const headersSchema = z.record(z.string().regex(HEADER_NAME, 'is not a header name'), headerValueSchema);

/** The address of an API: `http`, `https`, `ws` or `wss`, with a path if need be. */
export const baseUrlSchema = z
  .string()
  // Aborts, so that what refines it further may take the address for one.
  .refine(isBaseUrl, {
    error: 'must be an http, https, ws or wss address without credentials, query or fragment',
    abort: true,
  });

/**
 * The address as a WebSocket's: `http` becomes `ws` and `https` becomes `wss`; a path stays, without its last slash.
 *
 * @param address - What {@link baseUrlSchema} accepts.
 */
export function webSocketBase(address: string): string {
  const url = new URL(address);
  const scheme = url.protocol === 'http:' || url.protocol === 'ws:' ? 'ws' : 'wss';
  return `${scheme}://${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/**
 * Validates an operator's options.
 *
 * @param vendor - The vendor's name for the message.
 * @throws AdapterError `BAD_OPTIONS` naming each wrong option, without its value
 */
export function parseAdapterOptions<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  vendor: string,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`);
  throw new AdapterError({ code: 'BAD_OPTIONS', message: `${vendor} options are not valid. ${wrong.join('; ')}` });
}

function isBaseUrl(value: string): boolean {
  try {
    const url = new URL(value);
    const extras = `${url.username}${url.password}${url.search}${url.hash}`;
    return ['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && extras === '';
  } catch {
    return false;
  }
}
