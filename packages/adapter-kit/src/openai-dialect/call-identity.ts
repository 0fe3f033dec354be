// Whether two messages tell of the same call: vendors tell one several times, and their ids are not always unique.
import { parseExactJson } from '@speko/protocol/lean';
import { idText } from '../wire-fields.ts';

/** The messages in which a call is told; a server may use all three for one. */
export type CallSource = 'item' | 'arguments' | 'output';

/** A call as one message of the vendor tells it, unchecked. */
export interface ToldCall {
  readonly source: CallSource;
  readonly responseId: string;
  readonly itemId: string | undefined;
  readonly callId: unknown;
  readonly name: unknown;
  readonly arguments: unknown;
}

/** A call as one message shows it. */
export interface SeenCall {
  readonly source: CallSource;
  readonly itemId: string | undefined;
  /** The vendor's id as text, where it gave one. */
  readonly wireText: string | undefined;
  readonly name: string | undefined;
  /** Of its arguments. */
  readonly mark: string;
  readonly isBlank: boolean;
}

/** A call that has been told to the gateway. */
export interface Call extends Omit<SeenCall, 'source' | 'isBlank'> {
  readonly callId: string;
  /** The vendor's id in the form in which it is answered, or what stands for it. */
  readonly wireId: unknown;
  /** Where it was told. */
  readonly sources: Set<CallSource>;
  isOpen: boolean;
}

function haveOtherIds(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}

/** The same item; but a server whose items all have one id tells other calls in the same kind of message. */
export function isSameItem(call: Call, seen: SeenCall): boolean {
  if (call.itemId === undefined || call.itemId !== seen.itemId || haveOtherIds(call.wireText, seen.wireText))
    return false;
  return saysSame(call, seen) || !call.sources.has(seen.source);
}

/** The same call by what it says. Of two items in the same kind of message, each is a call of its own. */
export function isSame(call: Call, seen: SeenCall): boolean {
  if (haveOtherIds(call.wireText, seen.wireText)) return false;
  if (haveOtherIds(call.itemId, seen.itemId)) return saysSame(call, seen) && !call.sources.has(seen.source);
  const isRest = seen.isBlank && seen.wireText !== undefined && call.wireText === seen.wireText;
  return saysSame(call, seen) || isRest;
}

export function saysSame(call: Call, seen: SeenCall): boolean {
  return call.mark === seen.mark && !haveOtherIds(call.name, seen.name);
}

/** Whether two tellings, neither complete by itself, are of one call. */
export function isTwin(left: ToldCall, right: ToldCall): boolean {
  if (left.itemId !== undefined && left.itemId === right.itemId)
    return !haveOtherIds(idText(left.callId), idText(right.callId));
  const id = idText(left.callId);
  return id !== undefined && id === idText(right.callId) && !haveOtherIds(left.itemId, right.itemId);
}

/** Whether nothing was said about the arguments. */
export function isBlank(args: unknown): boolean {
  return args === undefined || args === null || (typeof args === 'string' && args.trim() === '');
}

/** The same arguments, however they are spaced and escaped, have the same text. */
export function canonical(args: unknown): string {
  try {
    return JSON.stringify(typeof args === 'string' ? parseExactJson(args) : args) ?? '';
  } catch {
    return String(args);
  }
}
