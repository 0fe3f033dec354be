import type { HistoryItem, ResponseTruncateCommand, ToolResultCommand } from '@speko/adapter';
import { boundText, type CodecDraft, type VendorError, idText, pushMessage, shortenText } from '@speko/adapter-kit';
import {
  AssistantOutput,
  type CallSource,
  type PiecePlace,
  truncateItems,
  readRealtimeUsage,
  readResponseEnd,
  ResponseRequests,
  ToolCalls,
  type ToldCall,
} from '@speko/adapter-kit/openai-dialect';
import type { OpenAIClientEvent } from '../openai-client-events.ts';
import type { OpenAIServerEvent, WireItem } from '../openai-wire.ts';
import { acceptedCallId, MAX_TEXT_CHARS } from './seed-history.ts';

const MAX_EVENT_ID_CHARS = 100;

type ArgumentsDone = Extract<OpenAIServerEvent, { type: 'response.function_call_arguments.done' }>;
type ResponseDone = Extract<OpenAIServerEvent, { type: 'response.done' }>;

/** The responses of one connection: what they say and call, and how they end. */
export class OpenAIResponses {
  readonly output = new AssistantOutput();
  readonly requests = new ResponseRequests(this.output);
  readonly #ledger = this.output.responses;
  readonly #tools: ToolCalls;

  /** @param history - What is retold on this connection. */
  constructor(history: readonly HistoryItem[]) {
    this.#tools = new ToolCalls(history, sendOutput);
  }

  /** Calls that an earlier connection left open are answered on this one. */
  takeOver(history: readonly HistoryItem[]): void {
    this.#tools.takeOver(history, acceptedCallId);
  }

  /** The user has written, or the user's turn is over. */
  userSpoke(): void {
    this.#tools.userSpoke();
  }

  /** The vendor announces a response. */
  created(wireId: string | undefined, mark: unknown, draft: CodecDraft, nowMs: number): void {
    const { names } = this.output;
    const { responseId, isUsedAgain } = names.announced(wireId);
    // Where an answer is owed, it is that one. Otherwise the vendor may only have said something twice.
    if (isUsedAgain && this.requests.sentEventId === undefined) return names.wait(responseId, mark);
    this.#responseBegins(responseId, mark, draft, nowMs);
  }

  /** A response says something, which begins one that was never announced. Returns whether it is to be heard. */
  speaks(responseId: string, draft: CodecDraft, nowMs: number): boolean {
    if (!this.#ledger.isOpen(responseId) && !this.#ledger.isOver(responseId)) {
      this.#responseBegins(responseId, undefined, draft, nowMs);
    }
    return this.#ledger.isAudible(responseId);
  }

  /** Words of a response as they are said. */
  words(place: PiecePlace, delta: string, draft: CodecDraft, nowMs: number): void {
    const responseId = this.output.names.idOf(place.response_id);
    if (responseId === undefined) return;
    this.speaks(responseId, draft, nowMs);
    this.output.words(responseId, place, delta, draft);
  }

  /** A final text of the vendor's. */
  finalWords(place: PiecePlace, text: string | undefined, draft: CodecDraft, nowMs: number): void {
    const responseId = this.output.names.idOf(place.response_id);
    if (text === undefined || responseId === undefined) return;
    this.speaks(responseId, draft, nowMs);
    this.output.finalWords(responseId, place, text, draft);
  }

  /** A response says what comes next. */
  itemAdded({ type, id, call_id: callId, name }: WireItem): void {
    if (type === 'function_call') this.#tools.announced(id, callId, name);
    else this.output.items.announced(id);
  }

  /** Comes for interrupted calls, too: only the end of the response, or the item, tells whether it was written whole. */
  argumentsDone(event: ArgumentsDone, draft: CodecDraft, nowMs: number): void {
    const { item_id: itemId, call_id: callId, name, arguments: args } = event;
    this.#toolTold(event.response_id, { source: 'arguments', itemId, callId, name, arguments: args }, draft, nowMs);
  }

  /** Calls of an interrupted response come through too: only a completed one was written to its end. */
  itemDone(
    wireId: string | undefined,
    item: WireItem,
    draft: CodecDraft,
    nowMs: number,
    source: CallSource = 'item',
  ): void {
    if (item.type !== 'function_call') return;
    const { id: itemId, call_id: callId, name, arguments: args } = item;
    if (item.status === 'incomplete' || item.status === 'cancelled') {
      const responseId = this.output.names.idOf(wireId);
      if (responseId !== undefined)
        this.#tools.brokenOff({ source, responseId, itemId, callId, name, arguments: args });
      return;
    }
    const told = { source, itemId, callId, name, arguments: args };
    this.#toolTold(wireId, told, draft, nowMs, item.status === 'completed');
  }

  /** The vendor says that a response is over. Returns what failed, where one did. */
  done({ response, response_id: outerId }: ResponseDone, draft: CodecDraft, nowMs: number): VendorError | undefined {
    const wireId = response.id ?? outerId;
    const responseId = this.output.names.idOf(wireId);
    if (responseId === undefined) return undefined;
    const usage = readRealtimeUsage(response.usage);
    const { error, ...end } = readResponseEnd(response.status, response.status_details);
    const isCompleted = end.status === 'completed';
    for (const item of response.output ?? []) {
      // Some servers give items no status; in a completed response they are.
      const status = item?.status ?? (isCompleted ? 'completed' : undefined);
      if (item !== undefined) this.itemDone(wireId, { ...item, status }, draft, nowMs, 'output');
    }
    const isNews = this.#ledger.done(responseId, isCompleted);
    const isCounted = usage !== undefined && this.#ledger.counts(responseId);
    // An answer that was broken off before its first word is told as well.
    if (isNews && end.status === 'incomplete') this.speaks(responseId, draft, nowMs);
    this.#tools.settle(responseId, isCompleted, this.#ledger.isOpen(responseId), draft);
    if (this.output.end(responseId)) {
      draft.events.push({ type: 'response-end', responseId, ...end, ...(isCounted ? { usage } : {}) });
    } else if (isCounted) {
      draft.events.push({ type: 'usage-report', responseId, usage });
    }
    this.output.names.begun(responseId);
    if (!isNews) return undefined;
    this.requests.step({ type: 'done', responseId }, draft, nowMs);
    this.#goOn(this.#tools.responseOver(responseId), draft, nowMs);
    return error;
  }

  /** The result of a call. */
  answered({ callId, output: given }: ToolResultCommand, draft: CodecDraft, nowMs: number): void {
    const about = `The result of tool call ${JSON.stringify(callId)}`;
    const { text: output, events } = shortenText(given, MAX_TEXT_CHARS, about);
    draft.events.push(...events);
    sendOutput(this.#tools.wireIdOf(callId) ?? acceptedCallId(callId), output, draft);
    this.#goOn(this.#tools.answered(callId), draft, nowMs);
  }

  /** Cuts the conversation back to what was heard. */
  truncate(command: ResponseTruncateCommand, draft: CodecDraft): void {
    truncateItems(command, this.output, draft);
  }

  #responseBegins(responseId: string, mark: unknown, draft: CodecDraft, nowMs: number): void {
    const known = mark ?? this.output.names.begun(responseId);
    const eventId = typeof known === 'string' ? known : undefined;
    this.requests.step({ type: 'created', responseId, eventId }, draft, nowMs);
    this.output.start(responseId, draft);
  }

  #toolTold(
    wireId: string | undefined,
    call: Omit<ToldCall, 'responseId'>,
    draft: CodecDraft,
    nowMs: number,
    isComplete = false,
  ): void {
    // A call without the id of its response that comes when none runs is the rest of the one before.
    const responseId = this.output.names.idOf(wireId) ?? this.#ledger.lastDoneId;
    if (responseId === undefined || this.#ledger.isExcluded(responseId)) return;
    const isOver = this.#ledger.isOver(responseId);
    // Never announced: the place it takes must be known too, or the answer to its calls would wait for another response.
    if (!isOver && !this.#ledger.isOpen(responseId)) this.#responseBegins(responseId, undefined, draft, nowMs);
    const told = { ...call, responseId };
    if (!isOver && !isComplete) return this.#tools.hold(told);
    if (isOver && !isComplete && call.source !== 'arguments' && !this.#ledger.isCompleted(responseId)) return;
    this.#goOn(this.#tools.told(told, this.#ledger.isOpen(responseId), draft), draft, nowMs);
    if (isOver) this.#goOn(this.#tools.responseOver(responseId), draft, nowMs);
  }

  /** Asks the model to go on after the results of a round. */
  #goOn(answered: readonly string[] | undefined, draft: CodecDraft, nowMs: number): void {
    if (answered !== undefined) this.requests.ask(answered, draft, nowMs);
  }
}

function sendOutput(callId: unknown, output: string, draft: CodecDraft): void {
  pushMessage<OpenAIClientEvent>(draft, {
    type: 'conversation.item.create',
    event_id: `output-${boundText(idText(callId) ?? '', MAX_EVENT_ID_CHARS)}`,
    // In the form in which it came: a server that makes its ids of numbers knows a call by its number.
    item: { type: 'function_call_output', call_id: callId as string, output },
  });
}
