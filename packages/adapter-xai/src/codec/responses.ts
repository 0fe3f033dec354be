import type { HistoryItem, ProviderErrorEvent, ResponseEndEvent, SessionConfig } from '@speko/adapter';
import { type CodecDraft, type VendorError, idText, pushMessage } from '@speko/adapter-kit';
import {
  AssistantOutput,
  type CallSource,
  readRealtimeUsage,
  readResponseEnd,
  ResponseRequests,
  ToolCalls,
  type ToldCall,
} from '@speko/adapter-kit/openai-dialect';
import type { XaiClientEvent } from '../xai-client-events.ts';
import type { XaiErrorKind } from '../xai-errors.ts';
import type { XaiOptions } from '../xai-options.ts';
import type { WireItem, XaiServerEvent } from '../xai-wire.ts';
import { FirstMessage } from './first-message.ts';
import { type QuietCause, ResponseWatch } from './response-watch.ts';
import { ServerTools } from './server-tools.ts';
import { isVendorTool } from './vendor-tool-names.ts';

const FIRST_MESSAGE_MISSING: ProviderErrorEvent = {
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
  readonly #tools: ToolCalls;
  readonly #firstMessage = new FirstMessage();
  readonly #functionNames: ReadonlySet<string>;
  readonly #hasVendorTools: boolean;
  /** The last response that was given up for its silence: a call of it may still come. */
  #givenUpId: string | undefined;

  constructor({ tools, continuation }: SessionConfig, { serverTools }: XaiOptions) {
    this.#functionNames = new Set(tools.map(({ name }) => name));
    this.#hasVendorTools = serverTools.length > 0;
    this.#tools = new ToolCalls(continuation?.history ?? [], sendOutput);
  }

  get deadlinesMs(): readonly (number | undefined)[] {
    return [this.#requests.deadlineMs, this.#watch.deadlineMs, this.#firstMessage.deadlineMs];
  }

  isAudible(responseId: string): boolean {
    return this.#ledger.isAudible(responseId);
  }

  wake(draft: CodecDraft, nowMs: number): void {
    this.#requests.step({ type: 'tick' }, draft, nowMs);
    if ((this.#watch.deadlineMs ?? Infinity) <= nowMs) this.#giveUp(draft, nowMs);
    if ((this.#firstMessage.deadlineMs ?? Infinity) <= nowMs) {
      draft.events.push(FIRST_MESSAGE_MISSING);
      this.#firstMessageSaid(draft, nowMs);
      this.release(draft, nowMs);
    }
  }

  /** Asks for an answer to what has these ids, as soon as that is possible. */
  ask(unacknowledged: readonly string[], draft: CodecDraft, nowMs: number): void {
    this.#requests.ask([...unacknowledged, ...this.#firstMessage.pendingIds], draft, nowMs);
  }

  acknowledge(id: string, draft: CodecDraft, nowMs: number): void {
    this.#requests.step({ type: 'acknowledge', id }, draft, nowMs);
  }

  /** The user no longer speaks: what was asked for may go out. */
  release(draft: CodecDraft, nowMs: number): void {
    this.#requests.step({ type: 'release' }, draft, nowMs);
  }

  /** The first message is on its way; everything else comes after it. */
  firstMessageSent(draft: CodecDraft, nowMs: number): void {
    this.#firstMessage.sent(nowMs);
    this.#requests.step({ type: 'hold' }, draft, nowMs);
  }

  /** Calls that an earlier connection left open are answered on this one. */
  takeOver(history: readonly HistoryItem[], isResumed: boolean): void {
    // The vendor knows a conversation that it kept by its own ids: those that were used again were told apart here.
    this.#tools.takeOver(history, (callId) => (isResumed ? callId.replace(/~\d+$/, '') : callId));
  }

  /** The user has written, or the user's turn is over. */
  userSpoke(): void {
    this.#tools.userSpoke();
  }

  /** The response a message is about; `undefined` for one without an id that comes when none runs. */
  idOf(wireId: string | undefined): string | undefined {
    return this.output.names.idOf(wireId);
  }

  /** The vendor announces a response. */
  created(wireId: string | undefined, mark: unknown, draft: CodecDraft, nowMs: number): void {
    const { responseId, isUsedAgain } = this.output.names.announced(wireId);
    // Where an answer is owed, it is that one. Otherwise the vendor may only have said something twice.
    if (isUsedAgain && this.#requests.sentEventId === undefined) return this.output.names.wait(responseId, mark);
    this.#started(responseId, mark, draft, nowMs);
  }

  #started(responseId: string, givenMark: unknown, draft: CodecDraft, nowMs: number): void {
    if (this.#ledger.isOpen(responseId) || this.#ledger.isOver(responseId)) return;
    const mark = givenMark ?? this.output.names.begun(responseId);
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
    if (eventId === undefined) this.#firstMessageSaid(draft, nowMs);
    if (answered.length > 0) this.ask(answered, draft, nowMs);
  }

  /** A response says something. Returns whether it is to be heard. */
  speaks(responseId: string, draft: CodecDraft, nowMs: number): boolean {
    if (!this.#ledger.isOpen(responseId)) this.#started(responseId, undefined, draft, nowMs);
    if (!this.#ledger.isAudible(responseId)) return false;
    this.#watch.sawTraffic(nowMs);
    this.serverTools.allEnded('completed', draft);
    return true;
  }

  /** The running response shows a sign of life. */
  noteActivity(nowMs: number): void {
    this.#watch.sawTraffic(nowMs);
  }

  /** The running response says what comes next. */
  itemAdded(item: WireItem, nowMs: number): void {
    const { type, id, call_id: callId, name } = item;
    if (type === 'mcp_call' && id !== undefined && typeof name === 'string') this.serverTools.named(id, name);
    if (type === 'function_call') this.#tools.announced(id, callId, name);
    else this.output.items.announced(id);
    this.noteActivity(nowMs);
  }

  /** The vendor repeats its calls as items. */
  itemDone(wireId: string | undefined, item: WireItem, draft: CodecDraft, nowMs: number): void {
    this.#watch.itemDone(nowMs);
    this.#itemDone(wireId, item, 'item', draft, nowMs);
  }

  /** A call was written to its end; tools of the vendor's own come in the same form. */
  called(event: CallWritten, draft: CodecDraft, nowMs: number): void {
    this.#watch.sawTraffic(nowMs);
    const { response_id, item_id: itemId, call_id: callId, name, arguments: args } = event;
    this.#called(response_id, { source: 'arguments', itemId, callId, name, arguments: args }, draft, nowMs);
  }

  /** The result of a call. */
  answered(callId: string, output: string, draft: CodecDraft, nowMs: number): void {
    sendOutput(this.#tools.wireIdOf(callId) ?? callId, output, draft);
    this.#goOn(this.#tools.answered(callId), draft, nowMs);
  }

  /** The user speaks up: the vendor drops what it is saying, and what is still on its way must not be heard. */
  talkedOver(draft: CodecDraft, nowMs: number): void {
    for (const responseId of this.#ledger.openIds) this.#ledger.mute(responseId);
    this.#watch.cut('turn_detected', nowMs);
    this.#requests.step({ type: 'hold' }, draft, nowMs);
  }

  get isSomethingHeard(): boolean {
    return this.#ledger.openIds.some((responseId) => this.#ledger.isAudible(responseId));
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
  ): VendorError | undefined {
    const wireId = response.id ?? response_id;
    const responseId = this.idOf(wireId);
    if (responseId === undefined) return undefined;
    for (const item of response.output ?? []) {
      if (item !== undefined) this.#itemDone(wireId, item, 'output', draft, nowMs);
    }
    // The vendor counts at the top; what stands inside the response is an empty object.
    const usage = readRealtimeUsage(outerUsage) ?? readRealtimeUsage(response.usage);
    const details = response.status_details === 'unimplemented' ? undefined : response.status_details;
    const { error, ...end } = readResponseEnd(response.status, details);
    const isNews = this.#ledger.done(responseId, end.status === 'completed');
    const reason = end.reason ?? (end.status === 'cancelled' && this.#watch.isCut ? this.#watch.cause : undefined);
    // An answer that was broken off before its first word is told as well.
    if (isNews && end.status === 'incomplete') this.#started(responseId, undefined, draft, nowMs);
    // A repeated count is none.
    const isCounted = usage !== undefined && this.#ledger.counts(responseId);
    if (isCounted && !this.#ledger.isOpen(responseId)) draft.events.push({ type: 'usage-report', responseId, usage });
    this.output.names.begun(responseId);
    if (!isNews) return undefined;
    const outcome = { ...end, ...(reason === undefined ? {} : { reason }), ...(isCounted ? { usage } : {}) };
    this.#over(responseId, outcome, draft, nowMs);
    return error;
  }

  /** Some servers confirm a cancel with a dedicated event. */
  cancelled(givenId: string | undefined, draft: CodecDraft, nowMs: number): void {
    const responseId = this.idOf(givenId);
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
    this.#firstMessage.said();
  }

  #itemDone(wireId: string | undefined, item: WireItem, source: CallSource, draft: CodecDraft, nowMs: number): void {
    if (item.type !== 'function_call') return;
    const { id: itemId, call_id: callId, name, arguments: args } = item;
    if (item.status === 'incomplete' || item.status === 'cancelled') {
      const responseId = this.idOf(wireId);
      if (responseId === undefined) return;
      const told = { source, responseId, itemId, callId, name, arguments: args };
      if (!this.#isVendorTool(this.#tools.nameOf(told))) this.#tools.brokenOff(told);
      return;
    }
    this.#called(wireId, { source, itemId, callId, name, arguments: args }, draft, nowMs);
  }

  #called(wireId: string | undefined, call: Omit<ToldCall, 'responseId'>, draft: CodecDraft, nowMs: number): void {
    const rest = this.#givenUpId ?? this.#ledger.lastDoneId;
    const responseId = wireId === undefined ? (this.#ledger.runningId ?? rest) : this.idOf(wireId);
    if (responseId === undefined) return;
    if (!this.#ledger.isOpen(responseId)) this.#started(responseId, undefined, draft, nowMs);
    const isOpen = this.#ledger.isOpen(responseId);
    // The vendor makes nothing of the calls of a response that it dropped.
    if (!isOpen && responseId !== this.#givenUpId && !this.#ledger.isDone(responseId)) return;
    const told = { ...call, responseId };
    const name = this.#tools.nameOf(told);
    if (this.#isVendorTool(name)) {
      const callId = idText(call.callId) ?? call.itemId;
      if (callId !== undefined) this.serverTools.started(callId, name, draft);
      return;
    }
    this.#goOn(this.#tools.told(told, isOpen, draft), draft, nowMs);
    if (!isOpen) this.#goOn(this.#tools.responseOver(responseId), draft, nowMs);
  }

  /** A call without a name counts as the client's. */
  #isVendorTool(name: string | undefined): name is string {
    return name !== undefined && isVendorTool(name, this.#functionNames, this.#hasVendorTools);
  }

  /** Asks the model to go on after the results of a round. */
  #goOn(answered: readonly string[] | undefined, draft: CodecDraft, nowMs: number): void {
    if (answered !== undefined) this.ask(answered, draft, nowMs);
  }

  /** The running response said nothing for too long. */
  #giveUp(draft: CodecDraft, nowMs: number): void {
    const responseId = this.#ledger.runningId;
    const { cause, isCut } = this.#watch;
    this.#watch.ended();
    if (responseId === undefined) return;
    this.#givenUpId = isCut ? undefined : responseId;
    this.#over(responseId, outcomeOf(cause), draft, nowMs);
  }

  #over(responseId: string, outcome: Outcome, draft: CodecDraft, nowMs: number): void {
    this.#end(responseId, outcome, draft);
    this.#requests.step({ type: 'done', responseId }, draft, nowMs);
    this.#goOn(this.#tools.responseOver(responseId), draft, nowMs);
  }

  #end(responseId: string, outcome: Outcome, draft: CodecDraft): void {
    this.#tools.settle(responseId, outcome.status === 'completed', this.#ledger.isOpen(responseId), draft);
    if (!this.output.end(responseId)) return;
    this.#watch.ended();
    this.serverTools.allEnded(outcome.status === 'completed' ? 'completed' : 'failed', draft);
    draft.events.push({ type: 'response-end', responseId, ...outcome });
  }

  /** The first message answers no question: anything asked meanwhile is still open. */
  #firstMessageSaid(draft: CodecDraft, nowMs: number): void {
    const id = this.#firstMessage.said();
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

function sendOutput(callId: unknown, output: string, draft: CodecDraft): void {
  // In the form in which it came: a server that makes its ids of numbers knows a call by its number.
  const item = { type: 'function_call_output', call_id: callId as string, output } as const;
  pushMessage<XaiClientEvent>(draft, { type: 'conversation.item.create', item });
}
