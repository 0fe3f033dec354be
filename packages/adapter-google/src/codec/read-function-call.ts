import { MAX_ID_CHARS, readToolArguments } from '@speko/adapter-kit';
import { type ExactInteger, isExactInteger } from '@speko/protocol/lean';

/** An id as the vendor wrote it, to be given back in the same form: a text, or a number of a server that is like it. */
export type VendorCallId = string | number | ExactInteger;

/** Name of a function without a known name, where one is required. */
const UNNAMED = 'unknown_function';

/** A call of the model, or why there is none in what it wrote. */
export type FunctionCallReading =
  | { readonly type: 'call'; readonly call: FunctionCall }
  | {
      readonly type: 'unusable';
      /** A sentence for the model. */
      readonly problem: string;
      /** Of the tool, where the call says one. */
      readonly name: string | undefined;
      /** Call to answer; absent where it cannot be addressed. */
      readonly caller: { readonly id: VendorCallId | undefined; readonly name: string } | undefined;
    };

/** A call that a client can carry out. */
export interface FunctionCall {
  readonly id: VendorCallId | undefined;
  readonly name: string;
  /** The text of a JSON object. */
  readonly arguments: string;
}

/** Reads a call in whatever form it comes. Never throws. */
export function readFunctionCall(given: unknown): FunctionCallReading {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || isExactInteger(given)) {
    return { type: 'unusable', problem: 'The function call is no object.', name: undefined, caller: undefined };
  }
  const { id: givenId, name: givenName, args } = given as Readonly<Record<string, unknown>>;
  const id = readId(givenId);
  const name = typeof givenName === 'string' ? givenName : '';
  const isNamed = name !== '' && name.length <= MAX_ID_CHARS;
  const unusable = (problem: string): FunctionCallReading => ({
    type: 'unusable',
    problem,
    name: isNamed ? name : undefined,
    caller: { id, name: isNamed ? name : UNNAMED },
  });
  if (name === '') return unusable('The call names no function.');
  if (name.length > MAX_ID_CHARS) return unusable(`The name of a function has at most ${MAX_ID_CHARS} characters.`);
  if (typeof id === 'string' && id.length > MAX_ID_CHARS)
    return unusable(`The id of a call has at most ${MAX_ID_CHARS} characters.`);
  const read = readToolArguments(args);
  if (!read.ok) return unusable(read.problem);
  return { type: 'call', call: { id, name, arguments: read.text } };
}

/** An id as text, by which it is told from others. */
export function idText(id: VendorCallId): string {
  return isExactInteger(id) ? id.rawJSON : String(id);
}

/** Ids of another type, and empty ones, are none. */
export function readId(id: unknown): VendorCallId | undefined {
  if (typeof id === 'string') return id === '' ? undefined : id;
  return (typeof id === 'number' && Number.isFinite(id)) || isExactInteger(id) ? id : undefined;
}
