import type { HistoryItem, ProviderErrorEvent, ResponseEndEvent, SessionConfig } from '@speko/adapter';
import {
  AssistantOutput,
  type CodecDraft,
  type DialectError,
  openHistoryCalls,
  readRealtimeUsage,
  readResponseEnd,
  RecentIds,
  ResponseRequests,
  ToolRounds,
} from '@speko/adapter-kit';
import { OpeningLine } from './opening-line.ts';
import { type QuietCause, ResponseWatch } from './response-watch.ts';
import { ServerTools } from './server-tools.ts';
import type { XaiErrorKind } from './xai-errors.ts';
import type { WireItem, XaiServerEvent } from './xai-wire.ts';

/** Stands for the responses of the connection before this one, whose calls may still be answered. */
const EARLIER_CALLS = 'earlier';

const OPENING_LINE_MISSING: ProviderErrorEvent = {
  type: 'provider-error',
  code: 'PROVIDER_ERROR',
  message: 'The provider did not begin the first message within 10 seconds.',
  fatal: false,
  retryable: true,
};

type Outcome = Pick<ResponseEndEvent, 'status' | 'reason' | 'usage'>;
type ResponseDone = Extract<XaiServerEvent, { type: 'response.done' }>;
type CallWritten = Extract<XaiServerEvent, { type: 'response.function_call_arguments.done' }>;

/**
 * The responses of one connection: which one runs, what it says and calls, and how it ends. The vendor runs one at a time,
 * drops some without a word and does not always say that one is over.
 */
export class XaiResponses {
  readonly output = new AssistantOutput();
  readonly serverTools = new ServerTools();
  readonly #ledger = this.output.responses;
  readonly #requests = new ResponseRequests(this.output);
  readonly #watch = new ResponseWatch();
  readonly #tools = new ToolRounds();
  readonly #openingLine = new OpeningLine();
  readonly #functionNames: ReadonlySet<string>;
  /** The last response that was given up for its silence: a call of it may still come. */
  #givenUpId: string | undefined;
  /** Responses that ended without a count of their tokens. */
  readonly #uncounted = new RecentIds();

  constructor({ tools }: SessionConfig) {
    this.#functionNames = new Set(tools.map(({ name }) => name));
  }

  get deadlinesMs(): readonly (number | undefined)[] {
    return [this.#requests.deadlineMs, this.#watch.deadlineMs, this.#openingLine.deadlineMs];
  }

  isHeard(responseId: string): boolean {
    return this.#ledger.isHeard(responseId);
  }

  wake(draft: CodecDraft, nowMs: number): void {
    this.#requests.step({ type: 'tick' }, draft, nowMs);
    if ((this.#watch.deadlineMs ?? Infinity) <= nowMs) this.#giveUp(draft, nowMs);
    if ((this.#openingLine.deadlineMs ?? Infinity) <= nowMs) {
      draft.events.push(OPENING_LINE_MISSING);
      this.#openingLineSaid(draft, nowMs);
      this.release(draft, nowMs);
    }
  }

  /** Asks for an answer to what has these ids, as soon as that is possible. */
  ask(unacknowledged: readonly string[], draft: CodecDraft, nowMs: number): void {
    this.#requests.ask([...unacknowledged, ...this.#openingLine.pendingIds], draft, nowMs);
  }

  acknowledge(id: string, draft: CodecDraft, nowMs: number): void {
    this.#requests.step({ type: 'acknowledge', id }, draft, nowMs);
  }

  /** The user no longer speaks: what was asked for may go out. */
  release(draft: CodecDraft, nowMs: number): void {
    this.#requests.step({ type: 'release' }, draft, nowMs);
  }

  /** The first message is on its way; everything else comes after it. */
  openingLineSent(draft: CodecDraft, nowMs: number): void {
    this.#openingLine.sent(nowMs);
    this.#requests.step({ type: 'hold' }, draft, nowMs);
  }

  /** Calls that an earlier connection left open are answered on this one. */
  takeOver(history: readonly HistoryItem[]): void {
    for (const callId of openHistoryCalls(history)) this.#tools.called(EARLIER_CALLS, callId);
    this.#tools.responseOver(EARLIER_CALLS);
  }

  started(responseId: string, mark: unknown, draft: CodecDraft, nowMs: number): void {
    if (this.#ledger.isOpen(responseId) || this.#ledger.isOver(responseId)) return;
    const answered: string[] = [];
    // The vendor opens a response at every commit and drops the ones that are talked over, without a word.
    for (const earlierId of this.#ledger.openIds) {
      this.#end(earlierId, { status: 'cancelled', reason: 'superseded' }, draft);
      answered.push(...(this.#tools.responseOver(earlierId) ?? []));
    }
    const eventId = typeof mark === 'string' ? mark : undefined;
    this.#requests.step({ type: 'created', responseId, eventId }, draft, nowMs);
    this.output.start(responseId, draft);
    if (this.#ledger.isOpen(responseId)) this.#watch.started(nowMs);
    if (eventId === undefined) this.#openingLineSaid(draft, nowMs);
    if (answered.length > 0) this.ask(answered, draft, nowMs);
  }

  /** A response says something. Returns whether it is to be heard. */
  speaks(responseId: string, draft: CodecDraft, nowMs: number): boolean {
    if (!this.#ledger.isOpen(responseId)) this.started(responseId, undefined, draft, nowMs);
    if (!this.#ledger.isHeard(responseId)) return false;
    this.#watch.heard(nowMs);
    this.serverTools.allEnded('completed', draft);
    return true;
  }

  /** The running response shows a sign of life. */
  lives(nowMs: number): void {
    this.#watch.heard(nowMs);
  }

  /** The vendor repeats its calls as items. */
  itemDone(responseId: string | undefined, item: WireItem, draft: CodecDraft, nowMs: number): void {
    this.#watch.itemDone(nowMs);
    this.#itemDone(responseId, item, draft);
  }

  /** A call was written to its end; tools of the vendor's own come in the same form. */
  called({ response_id, call_id, name, arguments: args }: CallWritten, draft: CodecDraft, nowMs: number): void {
    this.#watch.heard(nowMs);
    this.#called(response_id, call_id, name, args ?? '', draft);
  }

  answered(callId: string, draft: CodecDraft, nowMs: number): void {
    const answered = this.#tools.answered(callId);
    if (answered !== undefined) this.ask(answered, draft, nowMs);
  }

  /** The user speaks up: the vendor drops what it is saying, and what is still on its way must not be heard. */
  talkedOver(draft: CodecDraft, nowMs: number): void {
    for (const responseId of this.#ledger.openIds) this.#ledger.mute(responseId);
    this.#watch.cut('turn_detected', nowMs);
    this.#requests.step({ type: 'hold' }, draft, nowMs);
  }

  get isSomethingHeard(): boolean {
    return this.#ledger.openIds.some((responseId) => this.#ledger.isHeard(responseId));
  }

  cancel(responseId: string, draft: CodecDraft, nowMs: number): void {
    if (this.#ledger.isOpen(responseId)) this.#watch.cut('client_cancelled', nowMs);
    this.#ledger.mute(responseId);
    this.#requests.step({ type: 'cancel', responseId }, draft, nowMs);
  }

  /** The vendor says that a response is over. Returns what failed, where one did. */
  done(
    { response, response_id, usage: outerUsage }: ResponseDone,
    draft: CodecDraft,
    nowMs: number,
  ): DialectError | undefined {
    const responseId = response.id ?? response_id ?? this.#ledger.runningId;
    if (responseId === undefined) return undefined;
    for (const item of response.output ?? []) this.#itemDone(responseId, item, draft);
    // The vendor counts at the top; what stands inside the response is an empty object.
    const usage = readRealtimeUsage(outerUsage) ?? readRealtimeUsage(response.usage);
    const details = response.status_details === 'unimplemented' ? undefined : response.status_details;
    const { error, ...end } = readResponseEnd(response.status, details);
    const reason = end.reason ?? (end.status === 'cancelled' && this.#watch.isCut ? this.#watch.cause : undefined);
    if (usage !== undefined && this.#isUsageLate(responseId)) {
      draft.events.push({ type: 'usage-report', responseId, usage });
    }
    this.#over(
      responseId,
      { ...end, ...(reason === undefined ? {} : { reason }), ...(usage === undefined ? {} : { usage }) },
      draft,
      nowMs,
    );
    return error;
  }

  /** Some servers confirm a cancel by an event of its own. */
  cancelled(givenId: string | undefined, draft: CodecDraft, nowMs: number): void {
    const responseId = givenId ?? this.#ledger.runningId;
    if (responseId !== undefined) this.#over(responseId, { status: 'cancelled' }, draft, nowMs);
  }

  /** The vendor reports an error, which may be about a request of ours. */
  refused(kind: XaiErrorKind, givenEventId: string | undefined, draft: CodecDraft, nowMs: number): void {
    if (kind === 'nothing-to-cancel') this.#requests.step({ type: 'cancel-refused' }, draft, nowMs);
    // The vendor is said to name the offender and was not seen to: a busy one can only have refused our request.
    const isAboutRequest = kind === 'busy' || kind === 'internal';
    const eventId = givenEventId ?? (isAboutRequest ? this.#requests.sentEventId : undefined);
    if (kind === 'internal') {
      for (const responseId of this.#ledger.openIds) {
        this.#over(responseId, { status: 'failed', reason: 'internal_error' }, draft, nowMs);
      }
    }
    if (eventId === undefined) return;
    const reason = kind === 'busy' ? 'busy' : kind === 'internal' ? 'failed' : 'invalid';
    this.#requests.step({ type: 'refused', eventId, reason }, draft, nowMs);
  }

  /** The connection is gone. */
  close(draft: CodecDraft): void {
    this.serverTools.allEnded('failed', draft);
    for (const responseId of this.#ledger.openIds) {
      this.#end(responseId, { status: 'failed', reason: 'connection_closed' }, draft);
    }
    this.#requests.close();
    this.#openingLine.said();
  }

  #itemDone(responseId: string | undefined, item: WireItem, draft: CodecDraft): void {
    if (item.type !== 'function_call' || item.status === 'incomplete') return;
    if (item.call_id === undefined || item.name === undefined || item.arguments === undefined) return;
    this.#called(responseId, item.call_id, item.name, item.arguments, draft);
  }

  #called(givenId: string | undefined, callId: string, name: string, args: string, draft: CodecDraft): void {
    const responseId = givenId ?? this.#ledger.runningId ?? this.#givenUpId;
    if (responseId === undefined) return;
    const isOpen = this.#ledger.isOpen(responseId);
    if (!isOpen && responseId !== this.#givenUpId) return;
    if (!this.#functionNames.has(name)) return this.serverTools.started(callId, name, draft);
    if (!this.#tools.called(responseId, callId)) return;
    draft.events.push({ type: 'tool-call', callId, name, arguments: args, ...(isOpen ? { responseId } : {}) });
    if (!isOpen) this.#tools.responseOver(responseId);
  }

  /** Whether the response ended here before the vendor counted it, or was never announced. A repeated count is none. */
  #isUsageLate(responseId: string): boolean {
    if (this.#ledger.isOpen(responseId)) return false;
    return this.#uncounted.delete(responseId) || !this.#ledger.isOver(responseId);
  }

  /** The running response said nothing for too long. */
  #giveUp(draft: CodecDraft, nowMs: number): void {
    const responseId = this.#ledger.runningId;
    const { cause, isCut } = this.#watch;
    this.#watch.ended();
    if (responseId === undefined) return;
    if (!isCut) this.#givenUpId = responseId;
    this.#over(responseId, outcomeOf(cause), draft, nowMs);
  }

  #over(responseId: string, outcome: Outcome, draft: CodecDraft, nowMs: number): void {
    this.#end(responseId, outcome, draft);
    this.#requests.step({ type: 'done', responseId }, draft, nowMs);
    const answered = this.#tools.responseOver(responseId);
    if (answered !== undefined) this.ask(answered, draft, nowMs);
  }

  #end(responseId: string, outcome: Outcome, draft: CodecDraft): void {
    if (!this.output.end(responseId)) return;
    this.#watch.ended();
    if (outcome.usage === undefined) this.#uncounted.add(responseId);
    this.serverTools.allEnded(outcome.status === 'completed' ? 'completed' : 'failed', draft);
    draft.events.push({ type: 'response-end', responseId, ...outcome });
  }

  /** The words of the opening line answer nobody: what was asked meanwhile is still to be answered. */
  #openingLineSaid(draft: CodecDraft, nowMs: number): void {
    const id = this.#openingLine.said();
    if (id !== undefined) this.acknowledge(id, draft, nowMs);
  }
}

function outcomeOf(cause: QuietCause): Outcome {
  switch (cause) {
    case 'item-done':
      return { status: 'completed' };
    case 'silence':
      // It broke off in the middle of an item.
      return { status: 'cancelled', reason: 'no_response_done' };
    case 'client_cancelled':
    case 'turn_detected':
      return { status: 'cancelled', reason: cause };
  }
}
