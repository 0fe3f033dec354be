import { createIdMinter, fingerprint, RecentIds } from '@speko/adapter-kit';
import { isExactInteger, parseExactJson } from '@speko/protocol/lean';
import { type FunctionCall, idText, type VendorCallId } from './read-function-call.ts';

/** Input that a model refuses while it waits for results is let through after this time, whatever happens then. */
export const MAX_WAIT_MS = 60_000;
/** Calls that are waited for; the oldest one is forgotten when another comes. */
const MAX_OPEN = 1000;
/** Calls of the turn that are answered already, among which a repeat in the other form is looked for. */
const MAX_ANSWERED = 64;

/** Where a call stands in a message: models tell it by `toolCall`, as a part of what they say, or both ways. */
export type CallForm = 'message' | 'part';

/** The calls the model waits for, by the id the gateway knows. */
export class ToolCalls {
  readonly #mintId = createIdMinter('call');
  readonly #open = new Map<string, OpenCall>();
  #answered: OpenCall[] = [];
  readonly #known = new RecentIds();
  readonly #idsBefore: ReadonlySet<string>;
  #waitingSinceMs = 0;
  #turn = 0;

  /** @param idsBefore - ids of the conversation's calls on connections before this one, which are not given again */
  constructor(idsBefore: readonly string[]) {
    this.#idsBefore = new Set(idsBefore);
  }

  /**
   * Takes note of a call.
   *
   * @returns The id by which the gateway is to know it, its own where that is free; `undefined` for a call that has
   * been told already: an open one of the same id and content, or one of the turn in the other form.
   */
  opened(call: FunctionCall, form: CallForm, nowMs: number): string | undefined {
    const work = `${call.name}(${fingerprint(sortedJson(call.arguments))}`;
    if (this.#isRepeat(call, work, form)) return undefined;
    const callId = this.#freeId(call.id);
    if (this.#open.size === 0) this.#waitingSinceMs = nowMs;
    this.#known.add(callId);
    this.#open.set(callId, { name: call.name, id: call.id, work, form, turn: this.#turn, isToldTwice: false });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size > MAX_OPEN) this.#open.delete(oldest);
      else break;
    }
    return callId;
  }

  /** Closes a call; `undefined` when it is not open. */
  answered(callId: string): AnsweredCall | undefined {
    const call = this.#open.get(callId);
    if (call === undefined) return undefined;
    this.#open.delete(callId);
    this.#answered = [...this.#answered, call].slice(-MAX_ANSWERED);
    const isLastOfTurn = ![...this.#open.values()].some(({ turn }) => turn === call.turn);
    return { id: call.id, name: call.name, isLastOfTurn };
  }

  /** Closes every call that has this id of the vendor's. Returns their ids. */
  cancelled(id: VendorCallId): string[] {
    const callIds = [...this.#open].flatMap(([callId, call]) => (hasId(call, id) ? [callId] : []));
    for (const callId of callIds) this.#open.delete(callId);
    return callIds;
  }

  /** The vendor's turn is over: later calls are new ones. */
  turnEnded(): void {
    this.#turn += 1;
    this.#answered = [];
  }

  get isWaiting(): boolean {
    return this.#open.size > 0;
  }

  /** Until when input has to wait, where the model refuses it meanwhile. */
  get waitsUntilMs(): number {
    return this.isWaiting ? this.#waitingSinceMs + MAX_WAIT_MS : -Infinity;
  }

  #isRepeat({ id }: FunctionCall, work: string, form: CallForm): boolean {
    const isSame = (other: OpenCall): boolean => other.work === work && id !== undefined && hasId(other, id);
    const inOtherForm = (other: OpenCall): boolean =>
      other.form !== form &&
      other.turn === this.#turn &&
      !other.isToldTwice &&
      other.work === work &&
      (id === undefined || other.id === undefined || hasId(other, id));
    const open = [...this.#open.values()];
    const known = open.find((each) => isSame(each)) ?? [...open, ...this.#answered].find((each) => inOtherForm(each));
    if (known === undefined) return false;
    if (known.form !== form) known.isToldTwice = true;
    // The other form may be the one that knows the id.
    known.id ??= id;
    return true;
  }

  #freeId(id: VendorCallId | undefined): string {
    let callId = id === undefined ? this.#mintId() : idText(id);
    while (this.#known.has(callId) || this.#idsBefore.has(callId)) callId = this.#mintId();
    return callId;
  }
}

/** A call that has been closed, as the vendor knows it. */
export interface AnsweredCall {
  /** The vendor's id, where it gave one. */
  readonly id: VendorCallId | undefined;
  readonly name: string;
  /** No other call of the same turn of the model is open. */
  readonly isLastOfTurn: boolean;
}

interface OpenCall {
  id: VendorCallId | undefined;
  readonly name: string;
  /** What is to be done, to tell a repeat from another call. */
  readonly work: string;
  readonly form: CallForm;
  readonly turn: number;
  /** It has come in the other form as well. */
  isToldTwice: boolean;
}

function hasId(call: OpenCall, id: VendorCallId): boolean {
  return call.id !== undefined && idText(call.id) === idText(id);
}

/** The same arguments may come with their keys in another order. */
function sortedJson(text: string): string {
  return JSON.stringify(parseExactJson(text), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactInteger(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
