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
  return isServerFrame(tag, value) ? value : undefined;
}

const checks: Readonly<Record<ReceivedServerFrame['t'], (frame: Fields) => boolean>> = {
  ready: (frame) =>
    isCount(frame['inputSampleRate'], 1) &&
    isCount(frame['outputSampleRate'], 1) &&
    isOptional(frame['provider'], isId) &&
    isOptional(frame['model'], isId) &&
    isOptional(frame['capabilities'], isCapabilities) &&
    isOptional(frame['ignored'], isStrings),
  transcript: (frame) =>
    isRole(frame['role']) &&
    isString(frame['text']) &&
    typeof frame['final'] === 'boolean' &&
    isOptional(frame['delta'], isString) &&
    isOptional(frame['turn'], isId) &&
    isOptional(frame['startMs'], isMilliseconds) &&
    isOptional(frame['interrupted'], isBoolean),
  tool_call: (frame) => isId(frame['callId']) && isId(frame['name']) && isString(frame['arguments']),
  interruption: (frame) => frame['at'] === 'assistant' && isOptional(frame['turn'], isId),
  speech: (frame) =>
    isRole(frame['role']) && (frame['state'] === 'started' || frame['state'] === 'stopped') && isId(frame['turn']),
  usage: (frame) =>
    isCount(frame['inputAudioTokens']) &&
    isCount(frame['outputAudioTokens']) &&
    isOptional(frame['inputTextTokens'], isCount) &&
    isOptional(frame['outputTextTokens'], isCount) &&
    isOptional(frame['cachedTokens'], isCount),
  error: (frame) => isId(frame['code']) && isString(frame['message']) && isOptional(frame['fatal'], isBoolean),
  end: (frame) => isId(frame['reason']),
  pong: (frame) => isNumber(frame['id']),
  server_tool_call: (frame) =>
    isId(frame['id']) &&
    isId(frame['name']) &&
    (frame['status'] === 'started' || frame['status'] === 'completed' || frame['status'] === 'failed'),
};

const capabilityNames: Readonly<Record<keyof Capabilities, true>> = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: true,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: true,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: true,
  fullDuplex: true,
};

function isServerTag(tag: string): tag is ReceivedServerFrame['t'] {
  return Object.hasOwn(checks, tag);
}

function isServerFrame(tag: ReceivedServerFrame['t'], frame: Fields): frame is Fields & ReceivedServerFrame {
  return checks[tag](frame);
}

function isCapabilities(value: unknown): boolean {
  return isFields(value) && Object.keys(capabilityNames).every((name) => isOptional(value[name], isBoolean));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isRole(value: unknown): boolean {
  return value === 'user' || value === 'assistant';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isMilliseconds(value: unknown): boolean {
  return isNumber(value) && value >= 0;
}

function isCount(value: unknown, minimum = 0): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum;
}
