// Kinds of environment variables: what each takes, and what the message for a wrong value says.
import { z } from 'zod';

/** A variable whose wrong value may be shown. */
export function shown<T>(takes: string, read: (text: string) => T | undefined) {
  return variable(takes, read, (text) => `is ${JSON.stringify(text)}`);
}

/** A variable whose value may hold a credential, so that it is never shown. */
export function hidden<T>(takes: string, read: (text: string) => T | undefined) {
  return variable(takes, read, () => 'cannot be used as it is');
}

function variable<T>(takes: string, read: (text: string) => T | undefined, showWrong: (text: string) => string) {
  return z.string().transform((text, context): T => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `${showWrong(text)}. Set it to ${takes}.` });
    return z.NEVER;
  });
}

export function wholeNumber(min: number, max: number) {
  return shown(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export function trueOrFalse() {
  return shown('true or false', (text) => ({ true: true, false: false })[text.toLowerCase()]);
}

export function secret() {
  return hidden('the key alone, without spaces, quotes or line breaks', (text) =>
    /^[!-~]+$/.test(text) ? text : undefined,
  );
}

/** A vendor's name of a model or voice. */
export function vendorName(example: string) {
  return shown(`a name of 1 to 256 printable ASCII characters without spaces, such as ${example}`, (text) =>
    /^[!-~]{1,256}$/.test(text) ? text : undefined,
  );
}

export function providerUrl(example: string) {
  return hidden(`an http(s):// or ws(s):// URL without user, query or fragment, such as ${example}`, (text) =>
    isPlainUrl(text, ['http:', 'https:', 'ws:', 'wss:']) ? text : undefined,
  );
}

export function isPlainUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return (
    protocols.includes(url.protocol) &&
    url.hostname !== '' &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  );
}
