// Written by hand so that a browser bundle needs no schema library; a test holds it to the schemas over the corpus.
import type { Capabilities } from './capabilities.ts';
import type { ReceivedServerFrame } from './received-frames.ts';

type Fields = Record<string, unknown>;

/** A frame whose `t` this version does not know; a client passes over it. */
export interface UnknownFrame {
  t: 'unknown';
  /** The parsed object as it came. */
  raw: Record<string, unknown>;
}

/**
 * Parses one text message of the gateway. Never throws; unknown fields are kept and may be ignored.
 * @returns the frame; an {@link UnknownFrame} for a `t` that is not known; `undefined` for a message that is not a
 * frame at all, or a known frame with a wrong field
 * @see PROTOCOL.md rules SF1 and SF8
 */
export function decodeServerFrame(text: string): ReceivedServerFrame | UnknownFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(value) || typeof value['t'] !== 'string') return undefined;
  const tag = value['t'];
  if (!isServerTag(tag)) return { t: 'unknown', raw: value };
  return fits(value, checks[tag]) ? (value as ReceivedServerFrame) : undefined;
}

type Check = (value: unknown) => boolean;
type ChecksOf<Value> = { readonly [Field in Exclude<keyof Value, 't'>]-?: Check };

const isString: Check = (value) => typeof value === 'string';
const isId: Check = (value) => isString(value) && value !== '';
const isNumber: Check = (value) => Number.isFinite(value);
const isMilliseconds: Check = (value) => isNumber(value) && (value as number) >= 0;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isRate: Check = (value) => isCount(value) && value !== 0;
const isStrings: Check = (value) => Array.isArray(value) && value.every(isString);
const isBoolean = oneOf(true, false);
const isRole = oneOf('user', 'assistant');
const maybeId = optional(isId);
const maybeCount = optional(isCount);
const maybeBoolean = optional(isBoolean);

const capabilityChecks: ChecksOf<Capabilities> = {
  turnDetectionAuto: maybeBoolean,
  turnDetectionManual: maybeBoolean,
  commit: maybeBoolean,
  clear: maybeBoolean,
  interrupt: maybeBoolean,
  truncate: maybeBoolean,
  text: maybeBoolean,
  tools: maybeBoolean,
  parallelTools: maybeBoolean,
  firstMessage: maybeBoolean,
  temperature: maybeBoolean,
  voice: maybeBoolean,
  userTranscript: maybeBoolean,
  assistantTranscript: maybeBoolean,
  usage: maybeBoolean,
  resumption: maybeBoolean,
  fullDuplex: maybeBoolean,
};

const checks: { readonly [Frame in ReceivedServerFrame as Frame['t']]: ChecksOf<Frame> } = {
  ready: {
    inputSampleRate: isRate,
    outputSampleRate: isRate,
    provider: maybeId,
    model: maybeId,
    capabilities: optional((value) => isFields(value) && fits(value, capabilityChecks)),
    ignored: optional(isStrings),
  },
  transcript: {
    role: isRole,
    text: isString,
    final: isBoolean,
    delta: optional(isString),
    turn: maybeId,
    startMs: optional(isMilliseconds),
    interrupted: maybeBoolean,
    incomplete: maybeId,
  },
  tool_call: { callId: isId, name: isId, arguments: isString },
  interruption: { at: oneOf('assistant'), turn: maybeId },
  speech: { role: isRole, state: oneOf('started', 'stopped'), turn: isId },
  usage: {
    inputAudioTokens: isCount,
    outputAudioTokens: isCount,
    inputTextTokens: maybeCount,
    outputTextTokens: maybeCount,
    cachedTokens: maybeCount,
  },
  error: { code: isId, message: isString, fatal: maybeBoolean },
  end: { reason: isId },
  pong: { id: isNumber },
  server_tool_call: { id: isId, name: isId, status: oneOf('started', 'completed', 'failed') },
};

function oneOf(...values: unknown[]): Check {
  return (value) => values.includes(value);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function isServerTag(tag: string): tag is ReceivedServerFrame['t'] {
  return Object.hasOwn(checks, tag);
}

function fits(value: Fields, fields: Readonly<Record<string, Check>>): boolean {
  return Object.entries(fields).every(([name, check]) => check(value[name]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
