import type { ClientFrame } from './client-frames.ts';

/** Compact JSON of a client frame, `t` first and the other fields in the order of PROTOCOL.md. */
export function encodeClientFrame(frame: ClientFrame): string {
  switch (frame.t) {
    case 'control':
      return JSON.stringify({ t: frame.t, action: frame.action });
    case 'interrupt':
      return JSON.stringify({ t: frame.t, playedMs: frame.playedMs });
    case 'tool_result':
      return JSON.stringify({ t: frame.t, callId: frame.callId, output: frame.output });
    case 'playback':
      return JSON.stringify({ t: frame.t, turn: frame.turn, playedMs: frame.playedMs });
    case 'text':
      return JSON.stringify({ t: frame.t, text: frame.text });
    case 'ping':
      return JSON.stringify({ t: frame.t, id: frame.id });
    default:
      return frame satisfies never;
  }
}
