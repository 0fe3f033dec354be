import { type ExactInteger, parseExactJson } from '../json/exact-json.ts';
import { clientFrameSchema, type ClientFrame } from './client-frames.ts';
import { wellFormedOutput } from './well-formed-output.ts';

/** A valid client frame, or what to say in `BAD_FRAME`. */
export type ClientFrameResult = { ok: true; frame: ClientFrame } | { ok: false; message: string };

/** A `ping` that is longer holds no id that anybody needs back digit by digit. */
const LONGEST_EXACT_PING = 1024;

/** What to send instead, per frame type. */
const shapes: Readonly<Record<ClientFrame['t'], string>> = {
  control: '{"t":"control","action":"commit"}',
  interrupt: '{"t":"interrupt"} or {"t":"interrupt","playedMs":1200}',
  tool_result: '{"t":"tool_result","callId":"…","output":"…"}',
  playback: '{"t":"playback","turn":"…","playedMs":1200}',
  text: '{"t":"text","text":"…"}',
  ping: '{"t":"ping","id":1}',
};

/**
 * Parses and validates one text message of a client. Never throws; unknown fields are dropped, and texts are well-formed.
 * @see PROTOCOL.md rules CF3, CF8 and JS2
 */
export function parseClientFrame(text: string): ClientFrameResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('This text message is not JSON. Send one JSON object per text message, and audio as binary messages.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('A text message must be one JSON object with a field "t", such as {"t":"control","action":"commit"}.');
  }
  const tag: unknown = 't' in value ? value.t : undefined;
  if (typeof tag !== 'string') {
    return bad(`Field "t" must be a string that names the frame: ${knownTags}.`);
  }
  if (!isClientTag(tag)) {
    return bad(`Unknown frame "t":${JSON.stringify(clip(tag))}. Send one of ${knownTags}.`);
  }
  const result = clientFrameSchema.safeParse(value);
  if (result.success) return { ok: true, frame: passedOn(result.data, text) };
  const [issue] = result.error.issues;
  return bad(
    `In frame "${tag}", field "${issue?.path.join('.') ?? ''}" ${issue?.message ?? 'is wrong'}. Send ${shapes[tag]}.`,
  );
}

/** The frame as it goes on: with well-formed texts, and the id of a `ping` as it was written. */
function passedOn(frame: ClientFrame, text: string): ClientFrame {
  switch (frame.t) {
    case 'text':
      return { ...frame, text: frame.text.toWellFormed() };
    case 'playback':
      return { ...frame, turn: frame.turn.toWellFormed() };
    case 'tool_result':
      return { ...frame, callId: frame.callId.toWellFormed(), output: wellFormedOutput(frame.output) };
    case 'ping':
      return Number.isSafeInteger(frame.id) || text.length > LONGEST_EXACT_PING
        ? frame
        : { ...frame, id: exactId(text) };
    default:
      return frame;
  }
}

function exactId(text: string): number | ExactInteger {
  const { id } = parseExactJson(text) as { readonly id: number | ExactInteger };
  return id;
}

const knownTags = Object.keys(shapes).join(', ');

function isClientTag(tag: string): tag is ClientFrame['t'] {
  return Object.hasOwn(shapes, tag);
}

/** Bounds what is echoed of a stranger's input. */
function clip(text: string): string {
  return (text.length > 40 ? `${text.slice(0, 40)}…` : text).toWellFormed();
}

function bad(message: string): ClientFrameResult {
  return { ok: false, message };
}
