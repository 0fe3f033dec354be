import type { HistoryItem } from '@speko/adapter';
import { boundText } from '../bound-text.ts';
import type { CodecDraft } from '../codec-draft.ts';
import { fingerprint } from '../fingerprint.ts';
import { readToolArguments } from '../read-tool-arguments.ts';
import { MAX_ID_CHARS, RecentIds, RecentMap } from '../recent-map.ts';
import { unusableToolCall } from '../unusable-tool-call.ts';
import { idText } from '../wire-fields.ts';
import {
  type Call,
  type CallSource,
  canonical,
  isBlank,
  isSame,
  isSameItem,
  isTwin,
  saysSame,
  type SeenCall,
  type ToldCall,
} from './call-identity.ts';
import { openHistoryCalls } from './history-items.ts';
import { ToolRounds } from './tool-rounds.ts';

/** Responses whose calls are remembered, to know them again. */
const MAX_RESPONSES = 64;
/** Calls of one response; of more, one error tells. */
const MAX_CALLS = 256;
/** Most that is held back of one response, in UTF-16 code units. */
const MAX_HELD_CHARS = 524_288;
/** After so many calls in a row that cannot be used the model is left alone until the user speaks. */
const MAX_UNUSABLE_IN_A_ROW = 8;
/** Stands for the responses of the connection before this one, whose calls may still be answered. */
const EARLIER_CALLS = 'earlier';
const BROKEN_OFF = 'The call broke off before it was complete.';
const TOO_MANY = `One response holds at most ${MAX_CALLS} calls.`;
/** Beyond that an id is no base for another one: that one would be too long itself. */
const MAX_BASE_CHARS = 256;

/** How the vendor is told that a call failed. */
export type SendCallError = (wireCallId: unknown, output: string, draft: CodecDraft) => void;

/**
 * The tool calls of one connection. Each becomes one `tool-call` under an id that is unique in the session, or, where it
 * cannot be used, one error for the client and one for the model.
 *
 * Vendors tell a call several times, and their ids are not always unique. A call is known again by its item, or by its
 * id, name and arguments where the server gives no ids to items, or a new one with each message; the same call in a
 * later response is another one, unless the first is still open.
 */
export class ToolCalls {
  readonly #rounds = new ToolRounds();
  readonly #sendError: SendCallError;
  readonly #responses = new RecentMap<string, CallingResponse>(MAX_RESPONSES);
  /** Announced parts of a call before it is complete, by its item. */
  readonly #announced = new RecentMap<string, { readonly callId: unknown; readonly name: unknown }>(MAX_CALLS);
  /** By the id of the session. */
  readonly #calls = new RecentMap<string, Call>();
  /** The latest call under an id of the vendor's. */
  readonly #latest = new RecentMap<string, Call>();
  readonly #taken = new RecentIds(4096);
  readonly #takenBefore: ReadonlySet<string>;
  #mintCount = 0;
  #unusableInARow = 0;

  /** @param history - What the session knows already: its ids are taken. */
  constructor(history: readonly HistoryItem[], sendError: SendCallError) {
    this.#sendError = sendError;
    this.#takenBefore = new Set(history.flatMap((item) => (item.type === 'tool-call' ? [item.callId] : [])));
  }

  /** Calls that an earlier connection left open are answered on this one. */
  takeOver(history: readonly HistoryItem[], wireIdOf: (callId: string) => string): void {
    for (const callId of openHistoryCalls(history)) {
      const wireId = wireIdOf(callId);
      const call = { itemId: undefined, wireText: wireId, name: undefined, mark: '', sources: new Set<CallSource>() };
      this.#calls.set(callId, { ...call, callId, wireId, isOpen: true });
      this.#rounds.called(EARLIER_CALLS, callId);
    }
    this.#rounds.responseOver(EARLIER_CALLS);
  }

  /** A call begins: its name may be told nowhere else. */
  announced(itemId: string | undefined, callId: unknown, name: unknown): void {
    if (itemId !== undefined) this.#announced.set(itemId, { callId: shortId(callId), name: shortId(name) });
  }

  /** The name of the tool, as far as it is known. */
  nameOf(told: ToldCall): string | undefined {
    return textOf(told.name) ?? textOf(this.#announcedOf(told)?.name) ?? textOf(this.#twinOf(told)?.name);
  }

  /** A call that may not be complete: what becomes of it is seen at the end of its response. */
  hold(told: ToldCall): void {
    const response = this.#responseOf(told.responseId);
    response.heldChars += charsOf(told);
    if (response.held.length < MAX_CALLS && response.heldChars <= MAX_HELD_CHARS) response.held.push(told);
    else response.isFull = true;
  }

  /** A call broke off. It is never carried out; if its response still completes, it is reported as unusable. */
  brokenOff(told: ToldCall): void {
    const { responseId, itemId, callId } = told;
    const response = this.#responseOf(responseId);
    if (response.broken.length < MAX_CALLS) response.broken.push({ ...told, arguments: undefined });
    const id = idText(callId);
    response.held = response.held.filter(
      (held) => (itemId === undefined || held.itemId !== itemId) && (id === undefined || idText(held.callId) !== id),
    );
  }

  /**
   * A complete call. One that lacks its name or its arguments waits for the end of the response.
   *
   * @param isOpen - Whether the response runs. One that is over is not named by the event.
   * @returns The calls of a finished round, as soon as it is: then the model is to go on.
   */
  told(told: ToldCall, isOpen: boolean, draft: CodecDraft): readonly string[] | undefined {
    const args = isBlank(told.arguments) ? (this.#twinOf(told)?.arguments ?? told.arguments) : told.arguments;
    if (isOpen && (this.nameOf(told) === undefined || args === undefined || args === null)) {
      this.hold(told);
      return undefined;
    }
    // What comes too late may be what was written until its response broke off.
    if (!isOpen && told.source === 'arguments' && !isWrittenToItsEnd(args)) return undefined;
    return this.#take({ ...told, arguments: args }, isOpen, draft);
  }

  /**
   * What was held back is decided before the response ends: all of it is called by a response that was completed, and
   * what is whole by another one.
   */
  settle(responseId: string, isCompleted: boolean, isOpen: boolean, draft: CodecDraft): void {
    const response = this.#responses.get(responseId);
    if (response === undefined) return;
    for (const told of response.held) {
      const args = isBlank(told.arguments) ? (this.#twinOf(told)?.arguments ?? told.arguments) : told.arguments;
      if (isCompleted || (told.source === 'arguments' && isWrittenToItsEnd(args))) {
        this.#take({ ...told, arguments: args }, isOpen, draft);
      }
    }
    for (const told of isCompleted ? response.broken : []) this.#take(told, isOpen, draft, BROKEN_OFF);
    response.held = [];
    response.heldChars = 0;
    response.broken = [];
    if (response.isFull && !response.isFullTold) draft.events.push(unusableToolCall(undefined, TOO_MANY));
    response.isFullTold ||= response.isFull;
  }

  /** The response is over, and has ended for the client: the calls of its round, if all are answered. */
  responseOver(responseId: string): readonly string[] | undefined {
    return this.#goOn(this.#rounds.responseOver(responseId));
  }

  /** The vendor's own id of a call, in the form it came in; `undefined` for a call that is not known. */
  wireIdOf(callId: string): unknown {
    return this.#calls.get(callId)?.wireId;
  }

  /** The result of a call is sent. Returns the calls of a finished round, by the vendor's ids: the model is to go on. */
  answered(callId: string): readonly string[] | undefined {
    const call = this.#calls.get(callId);
    if (call !== undefined) call.isOpen = false;
    return this.#goOn(this.#rounds.answered(callId));
  }

  /** The user has spoken or written: the model may retry calls that failed before. */
  userSpoke(): void {
    this.#unusableInARow = 0;
  }

  #take(told: ToldCall, isOpen: boolean, draft: CodecDraft, fault?: string): readonly string[] | undefined {
    const response = this.#responseOf(told.responseId);
    const name = this.nameOf(told);
    const given = this.#callIdOf(told);
    const args = readToolArguments(told.arguments);
    const seen: SeenCall = {
      source: told.source,
      itemId: told.itemId,
      wireText: given === undefined ? undefined : boundText(given.text, MAX_ID_CHARS),
      name: name === undefined ? undefined : boundText(name, MAX_ID_CHARS),
      mark: fingerprint(canonical(args.ok ? args.text : told.arguments)),
      isBlank: isBlank(told.arguments),
    };
    if (this.#isKnown(seen, response)) return undefined;
    const callId = this.#newId(seen.wireText);
    if (response.calls.length >= MAX_CALLS || !this.#rounds.called(told.responseId, callId)) {
      if (!response.isFullTold) draft.events.push(unusableToolCall(undefined, TOO_MANY));
      response.isFullTold = true;
      return undefined;
    }
    const isIdTooLong = given !== undefined && given.text.length > MAX_ID_CHARS;
    // A call without an id is answered by whatever id the vendor may know it by.
    const wireId = (isIdTooLong ? undefined : given?.wire) ?? told.itemId ?? callId;
    const call: Call = { ...seen, callId, wireId, sources: new Set([told.source]), isOpen: true };
    response.calls.push(call);
    this.#calls.set(callId, call);
    if (call.wireText !== undefined) this.#latest.set(call.wireText, call);
    const problem = fault ?? problemOf(name, isIdTooLong) ?? (args.ok ? undefined : args.problem);
    if (problem === undefined && name !== undefined && args.ok) {
      this.#unusableInARow = 0;
      const { responseId } = told;
      draft.events.push({ type: 'tool-call', callId, name, arguments: args.text, ...(isOpen ? { responseId } : {}) });
      return undefined;
    }
    this.#unusableInARow += 1;
    draft.events.push(unusableToolCall(name, problem ?? ''));
    this.#sendError(isIdTooLong ? given.wire : wireId, JSON.stringify({ error: problem }), draft);
    return this.answered(callId);
  }

  #isKnown(seen: SeenCall, response: CallingResponse): boolean {
    const known =
      response.calls.find((call) => isSameItem(call, seen)) ?? response.calls.find((call) => isSame(call, seen));
    if (known !== undefined) {
      known.sources.add(seen.source);
      return true;
    }
    const latest = seen.wireText === undefined ? undefined : this.#latest.get(seen.wireText);
    return latest?.isOpen === true && !response.calls.includes(latest) && saysSame(latest, seen);
  }

  #callIdOf(told: ToldCall): { readonly text: string; readonly wire: unknown } | undefined {
    for (const wire of [told.callId, this.#announcedOf(told)?.callId, this.#twinOf(told)?.callId]) {
      const text = idText(wire);
      if (text !== undefined) return { text, wire };
    }
    return undefined;
  }

  #announcedOf({ itemId }: ToldCall): { readonly callId: unknown; readonly name: unknown } | undefined {
    return itemId === undefined ? undefined : this.#announced.get(itemId);
  }

  /** The same call as it was told before and held back. */
  #twinOf(told: ToldCall): ToldCall | undefined {
    const held = this.#responses.get(told.responseId)?.held ?? [];
    return held.find((other) => other !== told && isTwin(other, told));
  }

  #responseOf(responseId: string): CallingResponse {
    const known = this.#responses.get(responseId);
    if (known !== undefined) return known;
    const response: CallingResponse = {
      calls: [],
      held: [],
      heldChars: 0,
      broken: [],
      isFull: false,
      isFullTold: false,
    };
    this.#responses.set(responseId, response);
    return response;
  }

  /** The vendor's id where that is free, or another one that begins with it. */
  #newId(wireText: string | undefined): string {
    let callId = wireText;
    const base = wireText === undefined || wireText.length > MAX_BASE_CHARS ? 'call' : wireText;
    while (callId === undefined || callId.length > MAX_BASE_CHARS || this.#isTaken(callId)) {
      this.#mintCount += 1;
      callId = `${base}~${this.#mintCount + 1}`;
    }
    this.#taken.add(callId);
    return callId;
  }

  #isTaken(callId: string): boolean {
    return this.#taken.has(callId) || this.#takenBefore.has(callId);
  }

  #goOn(answered: readonly string[] | undefined): readonly string[] | undefined {
    if (answered === undefined || this.#unusableInARow >= MAX_UNUSABLE_IN_A_ROW) return undefined;
    return answered.map((callId) => {
      const call = this.#calls.get(callId);
      return call === undefined ? callId : (idText(call.wireId) ?? callId);
    });
  }
}

interface CallingResponse {
  readonly calls: Call[];
  held: ToldCall[];
  heldChars: number;
  /** Calls that broke off, without their arguments. */
  broken: ToldCall[];
  /** There was more than is held. */
  isFull: boolean;
  isFullTold: boolean;
}

function problemOf(name: string | undefined, isIdTooLong: boolean): string | undefined {
  if (name === undefined) return 'The call does not say which tool it is for.';
  if (name.length > MAX_ID_CHARS) return `The name of the tool has more than ${MAX_ID_CHARS} characters.`;
  return isIdTooLong ? `The id of the call has more than ${MAX_ID_CHARS} characters.` : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function shortId(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_ID_CHARS ? undefined : value;
}

function charsOf({ callId, name, arguments: args }: ToldCall): number {
  return [callId, name, args].reduce<number>((sum, value) => sum + (JSON.stringify(value) ?? '').length, 0);
}

/** Whether the arguments of a call in a broken-off response are still the whole text of an object. */
function isWrittenToItsEnd(args: unknown): boolean {
  return !isBlank(args) && readToolArguments(args).ok;
}
