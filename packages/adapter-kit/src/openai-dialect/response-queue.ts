// Vendors of the OpenAI Realtime dialect run one response at a time and refuse a second `response.create`, while
// responses are started from both sides: by the vendor's voice activity detection, and by us for tool results, commits
// and typed text. This machine serialises ours. It knows no clock and no socket.

/** A wish for a response of the model. */
export interface ResponseRequest {
  /** Instructions of this response, in place of the session's. */
  readonly instructions?: string;
  /**
   * What the vendor has not acknowledged yet of the things to be answered: ids of items or of commits. A response that
   * starts when nothing is outstanding answers them too, so the request is then dropped.
   */
  readonly unacknowledged: readonly string[];
}

/** Where the vendor's one response slot stands, as far as is known here. */
export type ResponseSlot =
  | { readonly state: 'idle' }
  /** `response.create` was sent. */
  | { readonly state: 'requested'; readonly sent: SentRequest; readonly deadlineMs: number }
  /** A response runs; its id is unknown when only a refusal told us. `sent` is our request it may be the answer to. */
  | { readonly state: 'active'; readonly responseId: string | undefined; readonly sent?: SentRequest }
  /** `response.cancel` was sent. */
  | {
      readonly state: 'cancelling';
      readonly responseId: string;
      readonly sent?: SentRequest;
      readonly deadlineMs: number;
    };

/** A request on the wire. */
export interface SentRequest {
  readonly request: ResponseRequest;
  /** Goes out as `event_id` and as metadata, and comes back in refusals and in `response.created`. */
  readonly eventId: string;
  readonly attempt: number;
}

/** Everything the queue knows. Begin with {@link EMPTY_RESPONSE_QUEUE}. */
export interface ResponseQueueState {
  readonly slot: ResponseSlot;
  readonly pending: readonly ResponseRequest[];
  /** The user is speaking: what we asked for now would talk over them, and the vendor answers them anyway. */
  readonly isHeld: boolean;
  /** Requests given up on; a late answer to one is unwanted. */
  readonly abandoned: readonly string[];
  readonly sentCount: number;
}

/** The cause, at the vendor or here. */
export type ResponseQueueInput =
  | { readonly type: 'request'; readonly request: ResponseRequest }
  | { readonly type: 'acknowledge'; readonly id: string }
  | { readonly type: 'created'; readonly responseId: string; readonly eventId: string | undefined }
  | { readonly type: 'done'; readonly responseId: string }
  | { readonly type: 'cancel'; readonly responseId: string }
  /**
   * The vendor refused a create: another response runs (`busy`), it failed and may work again, or it never will. Without
   * an id, the one on its way is meant.
   */
  | { readonly type: 'refused'; readonly eventId: string | undefined; readonly reason: 'busy' | 'failed' | 'invalid' }
  /** The vendor says that there is nothing to cancel. */
  | { readonly type: 'cancel-refused' }
  | { readonly type: 'hold' }
  | { readonly type: 'release' }
  | { readonly type: 'tick' };

/** What the caller is to do, or to know. */
export type ResponseQueueEffect =
  | { readonly type: 'create'; readonly eventId: string; readonly instructions?: string }
  | { readonly type: 'cancel'; readonly responseId: string }
  /**
   * This response answers a request that was given up on, or began after the user did: it is being cancelled and must
   * not be heard.
   */
  | { readonly type: 'unwanted'; readonly responseId: string }
  /** The vendor did not start a response in time. */
  | { readonly type: 'expired' }
  /** The vendor no longer knows a response that it never reported as done. */
  | { readonly type: 'vanished'; readonly responseId: string };

/** The outcome of one transition. */
export interface ResponseQueueStep {
  readonly state: ResponseQueueState;
  readonly effects: readonly ResponseQueueEffect[];
}

/** How long the vendor may take to start a response, or to end a cancelled one, in milliseconds. */
export const RESPONSE_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 2;
const MAX_ABANDONED = 16;
/** What one request waits for at the most; a vendor that confirms nothing is not waited for without end. */
const MAX_UNACKNOWLEDGED = 256;

/** A queue at the beginning of a connection. */
export const EMPTY_RESPONSE_QUEUE: ResponseQueueState = {
  slot: { state: 'idle' },
  pending: [],
  isHeld: false,
  abandoned: [],
  sentCount: 0,
};

/**
 * One transition. Pure; the caller performs `effects` in order.
 *
 * @param nowMs - A monotonic clock.
 */
export function stepResponseQueue(
  state: ResponseQueueState,
  input: ResponseQueueInput,
  nowMs: number,
): ResponseQueueStep {
  const { state: next, effects } = transition(state, input, nowMs);
  return sendNext(next, effects, nowMs);
}

/** The time at which a `tick` is due, or `undefined`. */
export function responseQueueDeadlineMs({ slot }: ResponseQueueState): number | undefined {
  return slot.state === 'requested' || slot.state === 'cancelling' ? slot.deadlineMs : undefined;
}

function transition(state: ResponseQueueState, input: ResponseQueueInput, nowMs: number): ResponseQueueStep {
  const { slot } = state;
  switch (input.type) {
    case 'request':
      return only({ ...state, pending: coalesce([...state.pending, input.request]) });
    case 'acknowledge':
      return only(acknowledge(state, input.id));
    case 'created':
      return created(state, input.responseId, input.eventId, nowMs);
    case 'done':
      return done(state, input.responseId, nowMs);
    case 'cancel':
      if (slot.state !== 'active' || slot.responseId !== input.responseId) return only(state);
      return cancelling(state, input.responseId, nowMs, slot.sent, []);
    case 'refused':
      return refused(state, input.eventId, input.reason);
    case 'cancel-refused':
      return slot.state === 'cancelling' ? vanished(state, slot.responseId) : only(state);
    case 'hold':
      return only({ ...state, isHeld: true });
    case 'release':
      return only({ ...state, isHeld: false });
    case 'tick':
      return tick(state, nowMs);
  }
}

function created(
  state: ResponseQueueState,
  responseId: string,
  eventId: string | undefined,
  nowMs: number,
): ResponseQueueStep {
  if (eventId !== undefined && state.abandoned.includes(eventId)) {
    const abandoned = state.abandoned.filter((id) => id !== eventId);
    return cancelling({ ...state, abandoned }, responseId, nowMs, sentOf(state.slot), [
      { type: 'unwanted', responseId },
    ]);
  }
  const sent = sentOf(state.slot);
  if (state.isHeld && sent !== undefined && sent.eventId === eventId) {
    // Our request and the beginning of the user's speech crossed on the way.
    const kept = { ...state, pending: coalesce([sent.request, ...state.pending]) };
    return cancelling(kept, responseId, nowMs, undefined, [{ type: 'unwanted', responseId }]);
  }
  const pending = state.pending.filter((request) => request.unacknowledged.length > 0);
  // A response without our mark may be the vendor's own, started before it read our request, or an answer by a server
  // that drops the mark. What is already acknowledged is answered either way; the rest waits for a refusal or the end.
  const isAnswered = sent === undefined || sent.eventId === eventId || sent.request.unacknowledged.length === 0;
  return only({
    ...state,
    pending,
    isHeld: false,
    slot: { state: 'active', responseId, ...(isAnswered ? {} : { sent }) },
  });
}

function done(state: ResponseQueueState, responseId: string, nowMs: number): ResponseQueueStep {
  const { slot } = state;
  if (slot.state !== 'active' && slot.state !== 'cancelling') return only(state);
  if (slot.responseId !== undefined && slot.responseId !== responseId) return only(state);
  const { sent } = slot;
  // Acknowledged only after this response began, and not refused: the vendor reads our request once the slot is free.
  // A vendor that never acknowledges has answered it with this response.
  if (sent !== undefined && sent.request.unacknowledged.length === 0) {
    return only({ ...state, slot: { state: 'requested', sent, deadlineMs: nowMs + RESPONSE_TIMEOUT_MS } });
  }
  return only({ ...state, slot: { state: 'idle' } });
}

function refused(
  state: ResponseQueueState,
  eventId: string | undefined,
  reason: 'busy' | 'failed' | 'invalid',
): ResponseQueueStep {
  const { slot } = state;
  const sent = sentOf(slot);
  if (slot.state === 'idle' || sent === undefined) return only(state);
  if (eventId !== undefined && eventId !== sent.eventId) return only(state);
  const isKept = reason === 'busy' || (reason === 'failed' && sent.attempt < MAX_ATTEMPTS);
  const pending = isKept ? coalesce([sent.request, ...state.pending]) : state.pending;
  if (slot.state !== 'requested') {
    const { sent: _, ...rest } = slot;
    return only({ ...state, pending, slot: rest });
  }
  if (reason === 'busy') return only({ ...state, pending, slot: { state: 'active', responseId: undefined } });
  if (reason === 'failed' && isKept) return resend({ ...state, slot: { state: 'idle' } }, sent, slot.deadlineMs);
  return only({ ...state, slot: { state: 'idle' } });
}

function tick(state: ResponseQueueState, nowMs: number): ResponseQueueStep {
  const { slot } = state;
  const deadlineMs = responseQueueDeadlineMs(state);
  if (deadlineMs === undefined || nowMs < deadlineMs) return only(state);
  if (slot.state === 'cancelling') return vanished(state, slot.responseId);
  if (slot.state !== 'requested') return only(state);
  const abandoned = [...state.abandoned, slot.sent.eventId].slice(-MAX_ABANDONED);
  return { state: { ...state, abandoned, slot: { state: 'idle' } }, effects: [{ type: 'expired' }] };
}

function cancelling(
  state: ResponseQueueState,
  responseId: string,
  nowMs: number,
  sent: SentRequest | undefined,
  before: readonly ResponseQueueEffect[],
): ResponseQueueStep {
  const deadlineMs = nowMs + RESPONSE_TIMEOUT_MS;
  return {
    state: {
      ...state,
      slot: { state: 'cancelling', responseId, deadlineMs, ...(sent === undefined ? {} : { sent }) },
    },
    effects: [...before, { type: 'cancel', responseId }],
  };
}

function vanished(state: ResponseQueueState, responseId: string): ResponseQueueStep {
  return { state: { ...state, slot: { state: 'idle' } }, effects: [{ type: 'vanished', responseId }] };
}

function acknowledge(state: ResponseQueueState, id: string): ResponseQueueState {
  const without = (request: ResponseRequest): ResponseRequest =>
    request.unacknowledged.includes(id)
      ? { ...request, unacknowledged: request.unacknowledged.filter((other) => other !== id) }
      : request;
  const { slot } = state;
  const sent = sentOf(slot);
  const nextSlot = sent === undefined ? slot : { ...slot, sent: { ...sent, request: without(sent.request) } };
  return { ...state, pending: state.pending.map(without), slot: nextSlot as ResponseSlot };
}

/** Several wishes for an ordinary answer are one wish; one with its own instructions stays apart. */
function coalesce(requests: readonly ResponseRequest[]): readonly ResponseRequest[] {
  const special = requests.filter((request) => request.instructions !== undefined);
  const plain = requests.filter((request) => request.instructions === undefined);
  if (plain.length < 2) return requests;
  const unacknowledged = plain.flatMap((request) => request.unacknowledged).slice(-MAX_UNACKNOWLEDGED);
  return [...special, { unacknowledged }];
}

function sendNext(
  state: ResponseQueueState,
  effects: readonly ResponseQueueEffect[],
  nowMs: number,
): ResponseQueueStep {
  const [request, ...pending] = state.pending;
  if (request === undefined || state.slot.state !== 'idle' || state.isHeld) return { state, effects };
  const step = resend({ ...state, pending }, { request, eventId: '', attempt: 0 }, nowMs + RESPONSE_TIMEOUT_MS);
  return { state: step.state, effects: [...effects, ...step.effects] };
}

/** Puts a request on the wire under a new id, so that a late answer to an earlier attempt is told apart. */
function resend(state: ResponseQueueState, sent: SentRequest, deadlineMs: number): ResponseQueueStep {
  const sentCount = state.sentCount + 1;
  const eventId = `response-${sentCount}`;
  const { request } = sent;
  return {
    state: {
      ...state,
      sentCount,
      slot: { state: 'requested', sent: { request, eventId, attempt: sent.attempt + 1 }, deadlineMs },
    },
    effects: [
      {
        type: 'create',
        eventId,
        ...(request.instructions === undefined ? {} : { instructions: request.instructions }),
      },
    ],
  };
}

function sentOf(slot: ResponseSlot): SentRequest | undefined {
  return slot.state === 'idle' ? undefined : slot.sent;
}

function only(state: ResponseQueueState): ResponseQueueStep {
  return { state, effects: [] };
}
