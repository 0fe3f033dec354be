import { decodeServerFrame, type ClientFrame, type ReceivedServerFrame } from '@speko/protocol/lean';

import { toSessionFrame, toSessionToolCall } from './session-frames.ts';
import type { IgnoredMessage, SessionEffect, SessionInput, SessionState } from './session-state.ts';

/** A session after one step, and what the shell does about it, in order. */
export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

type LiveState = Exclude<SessionState, { state: 'closed' }>;

/**
 * Takes a session one step further. Pure: no clock, no socket. Once closed, a session stays as it is.
 * @see SPEC.md rules CL1 to CL12
 */
export function stepSession(state: SessionState, input: SessionInput): SessionStep {
  if (state.state === 'closed') return stay(state);
  switch (input.type) {
    case 'opened':
      return state.state === 'connecting' ? to({ ...state, state: 'preparing' }) : stay(state);
    case 'audio':
      return stepAudio(state, input.pcm);
    case 'text':
      return stepText(state, input.text);
    case 'send':
      return stepSend(state, input.frame);
    case 'tool-done':
      return stepToolDone(state, input);
    case 'close':
      return stepClose(state, input);
    case 'disconnected':
      return stepDisconnected(state, input);
    default:
      return input satisfies never;
  }
}

function stepAudio(state: LiveState, pcm: Uint8Array): SessionStep {
  if (pcm.byteLength % 2 !== 0) return ignore(state, { type: 'odd-audio', byteLength: pcm.byteLength });
  if (state.pendingInterrupts > 0) return ignore(state, { type: 'interrupted-audio', byteLength: pcm.byteLength });
  const frame = { type: 'audio', pcm, sampleRate: state.outputSampleRate, turn: state.audioTurn } as const;
  return to(state, { type: 'emit', frame });
}

function stepText(state: LiveState, text: string): SessionStep {
  const frame = decodeServerFrame(text);
  if (frame === undefined) return ignore(state, { type: 'malformed-frame', text });
  if (frame.t === 'unknown') return ignore(state, { type: 'unknown-frame', raw: frame.raw });
  return stepFrame(state, frame);
}

function stepFrame(state: LiveState, frame: ReceivedServerFrame): SessionStep {
  switch (frame.t) {
    case 'ready': {
      const known = { ...state, outputSampleRate: frame.outputSampleRate };
      const next = known.state === 'ending' ? known : { ...known, state: 'open' as const };
      return to(next, { type: 'emit', frame: toSessionFrame(frame) });
    }
    case 'speech': {
      const effect = { type: 'emit', frame: toSessionFrame(frame) } as const;
      if (frame.role === 'user') return to(state, effect);
      if (frame.state === 'started') return to({ ...state, audioTurn: frame.turn }, effect);
      return to(frame.turn === state.audioTurn ? { ...state, audioTurn: undefined } : state, effect);
    }
    case 'interruption': {
      const pendingInterrupts = Math.max(0, state.pendingInterrupts - 1);
      const next = { ...state, pendingInterrupts, audioTurn: undefined };
      return to(next, { type: 'drop-audio' }, { type: 'emit', frame: toSessionFrame(frame) });
    }
    case 'tool_call': {
      const call = toSessionToolCall(frame, state.automaticTools.has(frame.name));
      const next = { ...state, openToolCalls: new Map(state.openToolCalls).set(call.callId, call.name) };
      const emit = { type: 'emit', frame: call } as const;
      return call.automatic ? to(next, emit, { type: 'run-tool', call }) : to(next, emit);
    }
    case 'end':
      if (state.state === 'ending') return stay(state);
      return to({ ...state, state: 'ending', reason: frame.reason, code: undefined }, { type: 'await-close' });
    case 'pong':
      return to(state, { type: 'pong', id: frame.id });
    case 'transcript':
    case 'usage':
    case 'error':
    case 'server_tool_call':
      return to(state, { type: 'emit', frame: toSessionFrame(frame) });
    default:
      return frame satisfies never;
  }
}

/** Frames sent after the end go nowhere, as with a browser's WebSocket: the session's owner learns of it by `close`. */
function stepSend(state: LiveState, frame: ClientFrame): SessionStep {
  if (state.state === 'ending') return stay(state);
  const send = { type: 'send', frame } as const;
  switch (frame.t) {
    case 'interrupt':
      return to({ ...state, pendingInterrupts: state.pendingInterrupts + 1 }, send, { type: 'drop-audio' });
    case 'tool_result':
      return to({ ...state, openToolCalls: without(state.openToolCalls, frame.callId) }, send);
    case 'control':
    case 'playback':
    case 'text':
    case 'ping':
      return to(state, send);
    default:
      return frame satisfies never;
  }
}

/** Whoever answers first wins: an application may answer a call whose tool is still running. */
function stepToolDone(state: LiveState, done: Extract<SessionInput, { type: 'tool-done' }>): SessionStep {
  const { callId, output, failed } = done;
  const name = state.openToolCalls.get(callId);
  if (name === undefined || state.state === 'ending') return stay(state);
  return to(
    { ...state, openToolCalls: without(state.openToolCalls, callId) },
    { type: 'send', frame: { t: 'tool_result', callId, output } },
    { type: 'emit', frame: { type: 'tool_result', callId, name, output, failed } },
  );
}

function stepClose(state: LiveState, close: { code: number; reason: string }): SessionStep {
  if (state.state === 'ending') return stay(state);
  const { code, reason } = close;
  return to({ ...state, state: 'ending', code, reason }, { type: 'close', code, reason });
}

function stepDisconnected(state: LiveState, close: { code: number; reason: string }): SessionStep {
  const ending = state.state === 'ending' ? state : undefined;
  const code = ending?.code ?? close.code;
  const reason = ending?.reason ?? (close.reason === '' ? 'connection_lost' : close.reason);
  return to(
    { state: 'closed', code, reason },
    { type: 'emit', frame: { type: 'close', code, reason } },
    { type: 'finish' },
  );
}

function to(state: SessionState, ...effects: SessionEffect[]): SessionStep {
  return { state, effects };
}

function stay(state: SessionState): SessionStep {
  return { state, effects: [] };
}

function ignore(state: SessionState, message: IgnoredMessage): SessionStep {
  return { state, effects: [{ type: 'ignored', message }] };
}

function without(calls: ReadonlyMap<string, string>, callId: string): ReadonlyMap<string, string> {
  if (!calls.has(callId)) return calls;
  const rest = new Map(calls);
  rest.delete(callId);
  return rest;
}
