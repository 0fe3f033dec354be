import type { ClientFrame } from './client-frames.ts';

/** The fields of all client frames, in the order of PROTOCOL.md. */
const FIELDS = ['t', 'action', 'callId', 'output', 'turn', 'playedMs', 'text', 'id'];

/** Compact JSON of a client frame, `t` first and the other fields in the order of PROTOCOL.md. */
export function encodeClientFrame(frame: ClientFrame): string {
  return JSON.stringify(frame, FIELDS);
}
