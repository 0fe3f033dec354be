import { isExactInteger, parseExactJson, wellFormedJson } from '@speko/protocol/lean';
import { nestsDeeperThan } from './nests-deeper-than.ts';
import { MAX_JSON_LEVELS } from './parse-json-frame.ts';

/** Longer arguments cannot be handed to a client in one message, characters. */
const MAX_ARGUMENT_CHARS = 262_144;

/** The arguments of a tool call as the text of a JSON object, or a sentence for the model that says why they are not. */
export type ToolArguments =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the arguments of a tool call in any of the forms in which vendors send them: the text of a JSON object, which
 * stays as it is, an object, such a text written as JSON once more, or nothing at all, which means `{}`.
 *
 * @param value - As parsed by `parseExactJson`, so that large integers in an object survive.
 */
export function readToolArguments(value: unknown): ToolArguments {
  if (value === undefined || value === null) return { ok: true, text: '{}' };
  return typeof value === 'string' ? readText(value, true) : writeObject(value);
}

function readText(text: string, mayBeWrapped: boolean): ToolArguments {
  if (text.length > MAX_ARGUMENT_CHARS) return tooLong();
  if (text.trim() === '') return { ok: true, text: '{}' };
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return { ok: false, problem: 'The arguments are not valid JSON. Write them as one JSON object.' };
  }
  if (value === null) return { ok: true, text: '{}' };
  if (typeof value === 'string' && mayBeWrapped) return readText(value, false);
  const written = writeObject(value);
  return written.ok ? { ok: true, text: wellFormedJson(text) } : written;
}

function writeObject(value: unknown): ToolArguments {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isExactInteger(value)) {
    return { ok: false, problem: 'The arguments must be a JSON object.' };
  }
  if (nestsDeeperThan(value, MAX_JSON_LEVELS)) {
    return { ok: false, problem: `The arguments must not nest deeper than ${MAX_JSON_LEVELS} levels.` };
  }
  const text = wellFormedJson(JSON.stringify(value));
  return text.length > MAX_ARGUMENT_CHARS ? tooLong() : { ok: true, text };
}

function tooLong(): ToolArguments {
  return { ok: false, problem: `The arguments must have at most ${MAX_ARGUMENT_CHARS} characters.` };
}
