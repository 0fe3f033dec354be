import type { SessionConfig } from '@speko/adapter';
import type { FunctionResponse, GoogleClientMessage } from '../google-client-events.ts';
import type { GoogleOptions } from '../google-options.ts';
import { type ModelProfile, toolBehaviorOf } from '../model-profiles.ts';
import { HeldResults } from './held-results.ts';
import { type FunctionCall, readFunctionCall, readId, type VendorCallId } from './read-function-call.ts';
import { openCallsOf, resultAsText } from './seed-history.ts';
import { toResponseObject } from './to-response-object.ts';
import { type CallForm, ToolCalls } from './tool-calls.ts';

const REPLACED = { error: 'The connection was replaced. The result follows as a message.' };

/** Outcome of the calls in a message. */
export interface ReceivedCalls {
  readonly calls: readonly (FunctionCall & { readonly callId: string })[];
  /** Why others cannot be used, for people; `name` is the tool's, where the call says one. */
  readonly problems: readonly { readonly name: string | undefined; readonly problem: string }[];
  /** The answer to those. */
  readonly reply: GoogleClientMessage | undefined;
}

/** The model's calls and their results, between the gateway's ids and the vendor's. */
export class ToolDialog {
  readonly #calls: ToolCalls;
  /** Calls of the connection before this one, by id: this one does not know them. */
  readonly #earlierCalls: Map<string, string>;
  readonly #held = new HeldResults();
  readonly #isBackground: boolean;
  readonly #refusesInput: boolean;

  constructor(config: SessionConfig, options: GoogleOptions, profile: ModelProfile) {
    const history = config.continuation?.history ?? [];
    this.#calls = new ToolCalls(history.flatMap((item) => (item.type === 'tool-call' ? [item.callId] : [])));
    this.#earlierCalls = new Map(openCallsOf(history).map(({ callId, name }) => [callId, name]));
    this.#isBackground = toolBehaviorOf(profile, options) === 'NON_BLOCKING';
    this.#refusesInput = profile.refusesInputDuringCalls && !this.#isBackground;
  }

  get isWaiting(): boolean {
    return this.#calls.isWaiting;
  }

  /** Until when the model takes no input. */
  get waitsUntilMs(): number {
    return this.#refusesInput ? this.#calls.waitsUntilMs : -Infinity;
  }

  /** Reads calls. Those that have been told already are not among what it returns. */
  received(given: readonly unknown[], form: CallForm, nowMs: number): ReceivedCalls {
    const readings = given.map((each) => readFunctionCall(each));
    const calls = readings.flatMap((reading) => {
      if (reading.type !== 'call') return [];
      const callId = this.#calls.opened(reading.call, form, nowMs);
      return callId === undefined ? [] : [{ ...reading.call, callId }];
    });
    const unusable = readings.flatMap((reading) => (reading.type === 'unusable' ? [reading] : []));
    const responses = unusable.flatMap(({ caller, problem }) =>
      caller === undefined ? [] : [this.#response(caller.id, caller.name, { error: problem }, !this.#calls.isWaiting)],
    );
    return {
      calls,
      problems: unusable.map(({ name, problem }) => ({ name, problem })),
      reply: responses.length === 0 ? undefined : { toolResponse: { functionResponses: responses } },
    };
  }

  /** Ids of calls that the vendor takes back, as the gateway knows them. */
  cancelled(ids: readonly unknown[]): string[] {
    return ids.flatMap((given) => {
      const id = readId(given);
      if (id === undefined) return [];
      this.#held.drop(id);
      return this.#calls.cancelled(id);
    });
  }

  turnEnded(): void {
    this.#calls.turnEnded();
  }

  /** The result of a call of an earlier connection, as words. */
  earlierResult(callId: string, output: string): string | undefined {
    const name = this.#earlierCalls.get(callId);
    this.#earlierCalls.delete(callId);
    return name === undefined ? undefined : resultAsText(name, output);
  }

  /**
   * A result as messages: none when its call is not open, or while the model speaks and would cut itself short; see
   * {@link ToolDialog.heldResults}.
   */
  result(callId: string, output: string, isSpeaking: boolean, nowMs: number): GoogleClientMessage[] {
    const call = this.#calls.answered(callId);
    if (call === undefined) return [];
    const response = this.#response(call.id, call.name, toResponseObject(output), call.isLastOfTurn);
    const message = { toolResponse: { functionResponses: [response] } };
    const isHeld = isSpeaking && response.scheduling === 'INTERRUPT';
    return isHeld ? this.#held.hold(call.id, message, nowMs) : [message];
  }

  /** Results whose wait is over. */
  heldResults(isSpeaking: boolean, nowMs: number): GoogleClientMessage[] {
    return this.#held.take(isSpeaking, nowMs);
  }

  /** Until when results wait at most. */
  get heldUntilMs(): number | undefined {
    return this.#held.untilMs;
  }

  close(): void {
    this.#held.clear();
  }

  /** Immediate answers to calls of an earlier connection; `undefined` without any. */
  earlierReplies(): GoogleClientMessage | undefined {
    if (this.#earlierCalls.size === 0) return undefined;
    const functionResponses = [...this.#earlierCalls].map(([id, name]) => ({ id, name, response: REPLACED }));
    return { toolResponse: { functionResponses } };
  }

  /**
   * A model that goes on meanwhile is to speak once it has all results of a turn, as one that waits does: it is told of
   * the others in silence. `WHEN_IDLE` may never come to pass on a noisy line.
   */
  #response(
    id: VendorCallId | undefined,
    name: string,
    response: FunctionResponse['response'],
    isLast: boolean,
  ): FunctionResponse {
    return {
      // As the vendor wrote it, which is as a text unless it is another vendor.
      ...(id === undefined ? {} : { id: id as string }),
      name,
      response,
      ...(this.#isBackground ? { scheduling: isLast ? 'INTERRUPT' : 'SILENT' } : {}),
    };
  }
}
