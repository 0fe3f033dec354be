import { decodeServerFrame, type ClientFrame, type ReceivedServerFrame } from '@speko/protocol/lean';
import { toSessionFrame, type SessionFrame } from './session-frames.ts';
import { hasRates } from './session-params.ts';
import type { IgnoredMessage, SessionEffect, SessionInput, SessionState } from './session-state.ts';

/** A session after one step, and what the shell does about it, in order. */
export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** An application that takes calls for mere news answers none of them: the oldest is forgotten then. */
const MOST_OPEN_CALLS = 1_000;
/** Longer than any frame of a gateway, in UTF-16 code units: what is read takes many times as much memory. */
const LONGEST_TEXT = 4_194_304;

type LiveState = Exclude<SessionState, { state: 'closed' }>;

/**
 * Takes a session one step further. No clock, no socket, and pure but for the map of open calls, which is the session's own: a
 * copy would cost more with each call. Once closed, a session stays as it is.
 * @see SPEC.md rules CL1 to CL12
 */
export function stepSession(state: SessionState, input: SessionInput): SessionStep {
  if (state.state === 'closed') return to(state);
  switch (input.type) {
    case 'opened':
      return to(state.state === 'connecting' ? { ...state, state: 'preparing' } : state);
    case 'audio':
      return stepAudio(state, input.pcm);
    case 'text':
      return stepText(state, input.text);
    case 'disconnected':
      return stepDisconnected(state, input);
    default:
      // What is sent after the end goes nowhere, as with a browser's WebSocket: the session's owner learns of it by `close`.
      return state.state === 'ending' ? to(state) : stepCommand(state, input);
  }
}

function stepAudio(state: LiveState, pcm: Uint8Array): SessionStep {
  const { byteLength } = pcm;
  if (byteLength % 2 !== 0) return ignore(state, { type: 'odd-audio', byteLength });
  if (state.pendingInterrupts > 0) return ignore(state, { type: 'interrupted-audio', byteLength });
  return to(state, emit({ type: 'audio', pcm, sampleRate: state.outputSampleRate, turn: state.audioTurn }));
}

function stepText(state: LiveState, text: string): SessionStep {
  const frame = text.length > LONGEST_TEXT ? undefined : decodeServerFrame(text);
  if (frame === undefined || (frame.t === 'ready' && !hasRates(frame)))
    return ignore(state, { type: 'malformed-frame', text });
  if (frame.t === 'unknown') return ignore(state, { type: 'unknown-frame', raw: frame.raw });
  return stepFrame(state, frame);
}

function stepFrame(state: LiveState, frame: ReceivedServerFrame): SessionStep {
  switch (frame.t) {
    case 'end':
      if (state.state === 'ending') return to(state);
      return to({ ...state, state: 'ending', reason: frame.reason, code: undefined }, { type: 'await-close' });
    case 'pong':
      return to(state, { type: 'pong', id: frame.id });
    case 'tool_call': {
      const { callId, name } = frame;
      const automatic = state.automaticTools.has(name);
      const call = toSessionFrame(frame, { automatic });
      const calls = state.openToolCalls.set(callId, name);
      if (calls.size > MOST_OPEN_CALLS) calls.delete(calls.keys().next().value as string);
      return automatic ? to(state, emit(call), { type: 'run-tool', call }) : to(state, emit(call));
    }
    case 'interruption': {
      const pendingInterrupts = Math.max(0, state.pendingInterrupts - 1);
      const next = { ...state, pendingInterrupts, audioTurn: undefined };
      return to(next, { type: 'drop-audio' }, emit(toSessionFrame(frame)));
    }
    default:
      return to(afterPlain(state, frame), emit(toSessionFrame(frame)));
  }
}

/** What a frame that is only passed on leaves behind. */
function afterPlain(state: LiveState, frame: ReceivedServerFrame): SessionState {
  if (frame.t === 'ready') {
    const known = { ...state, outputSampleRate: frame.outputSampleRate };
    return known.state === 'ending' ? known : { ...known, state: 'open' };
  }
  if (frame.t !== 'speech' || frame.role === 'user') return state;
  if (frame.state === 'started') return { ...state, audioTurn: frame.turn };
  return frame.turn === state.audioTurn ? { ...state, audioTurn: undefined } : state;
}

function stepCommand(
  state: Exclude<LiveState, { state: 'ending' }>,
  input: Extract<SessionInput, { type: 'send' | 'tool-done' | 'close' }>,
): SessionStep {
  switch (input.type) {
    case 'close': {
      const { code, reason } = input;
      return to({ ...state, state: 'ending', code, reason }, input);
    }
    case 'tool-done': {
      const { callId, output, failed } = input;
      const name = state.openToolCalls.get(callId);
      // The first answer wins: an application may answer a call whose tool is still running.
      if (name === undefined) return to(state);
      const { state: next, effects } = stepSend(state, { t: 'tool_result', callId, output });
      return to(next, ...effects, emit({ type: 'tool_result', callId, name, output, failed }));
    }
    default:
      return stepSend(state, input.frame);
  }
}

function stepSend(state: LiveState, frame: ClientFrame): SessionStep {
  const send = { type: 'send', frame } as const;
  switch (frame.t) {
    case 'interrupt':
      return to({ ...state, pendingInterrupts: state.pendingInterrupts + 1 }, send, { type: 'drop-audio' });
    case 'tool_result':
      state.openToolCalls.delete(frame.callId);
      return to(state, send);
    default:
      return to(state, send);
  }
}

function stepDisconnected(state: LiveState, close: { code: number; reason: string }): SessionStep {
  const ending = state.state === 'ending' ? state : undefined;
  const code = ending?.code ?? close.code;
  const reason = ending?.reason ?? (close.reason || 'connection_lost');
  return to({ state: 'closed', code, reason }, emit({ type: 'close', code, reason }), { type: 'finish' });
}

function to(state: SessionState, ...effects: SessionEffect[]): SessionStep {
  return { state, effects };
}

function emit(frame: SessionFrame): SessionEffect {
  return { type: 'emit', frame };
}

function ignore(state: SessionState, message: IgnoredMessage): SessionStep {
  return to(state, { type: 'ignored', message });
}
