import type { AdapterErrorCode, SessionEvent, TokenUsage } from '@speko/adapter';

const ERROR_CODES: Readonly<Record<AdapterErrorCode, true>> = {
  BAD_OPTIONS: true,
  CONNECT_FAILED: true,
  AUTH_FAILED: true,
  MODEL_NOT_FOUND: true,
  QUOTA_EXCEEDED: true,
  RATE_LIMITED: true,
  UNAVAILABLE: true,
  SESSION_EXPIRED: true,
  CONNECTION_LOST: true,
  CLOSED: true,
  INVALID_REQUEST: true,
  UNUSABLE_TOOL_CALL: true,
  PROVIDER_ERROR: true,
};
const END_STATUSES: ReadonlySet<unknown> = new Set(['completed', 'cancelled', 'incomplete', 'failed']);
const SERVER_TOOL_STATUSES: ReadonlySet<unknown> = new Set(['started', 'completed', 'failed']);

/** Finds faults in the fields of one event that the type system may have missed. */
export function findShapeFault(event: SessionEvent): string | undefined {
  const faults = listShapeFaults(event);
  return faults.length === 0 ? undefined : `${event.type}: ${faults.join(', ')}`;
}

function listShapeFaults(event: SessionEvent): string[] {
  switch (event.type) {
    case 'session-ready':
      return [
        ...check('ignored', Array.isArray(event.ignored) && event.ignored.every(isText), 'a list of request paths'),
        ...check('expiresAtMs', event.expiresAtMs === undefined || isCount(event.expiresAtMs), 'epoch milliseconds'),
      ];
    case 'speech-start':
      return [...text(event, 'turnId'), ...optionalTime('audioStartMs', event.audioStartMs)];
    case 'speech-end':
      return [...text(event, 'turnId'), ...optionalTime('audioEndMs', event.audioEndMs)];
    case 'input-commit':
      return text(event, 'turnId');
    case 'transcript-delta':
      return [...text(event, 'turnId', 'delta'), ...role(event.role, ['user', 'assistant'])];
    case 'transcript-replace':
      return [
        ...text(event, 'turnId'),
        ...check('text', typeof event.text === 'string', 'a string'),
        ...role(event.role, ['user', 'assistant']),
      ];
    case 'transcript-end':
      return [
        ...text(event, 'turnId'),
        ...check('text', event.text === undefined || typeof event.text === 'string', 'a string'),
        ...role(event.role, ['user']),
      ];
    case 'response-start':
      return text(event, 'responseId');
    case 'audio-delta':
      return [...text(event, 'responseId', 'itemId'), ...audio(event.pcm)];
    case 'response-interrupt':
      return event.responseId === undefined ? [] : text(event, 'responseId');
    case 'response-end':
      return [
        ...text(event, 'responseId'),
        ...check('status', END_STATUSES.has(event.status), 'completed, cancelled, incomplete or failed'),
        ...usage(event.usage),
      ];
    case 'tool-call':
      return [
        ...text(event, 'callId', 'name'),
        ...check('arguments', isJsonObject(event.arguments), 'the text of a JSON object'),
        ...(event.responseId === undefined ? [] : text(event, 'responseId')),
      ];
    case 'tool-cancel':
      return text(event, 'callId');
    case 'server-tool':
      return [
        ...text(event, 'callId', 'name'),
        ...check('status', SERVER_TOOL_STATUSES.has(event.status), 'started, completed or failed'),
      ];
    case 'usage-report':
      return [...check('usage', event.usage !== undefined, 'there'), ...usage(event.usage)];
    case 'resumption-update':
      return [...check('handle', typeof event.handle === 'string', 'a string'), ...flag(event, 'resumable')];
    case 'go-away':
      return check('timeLeftMs', isCount(event.timeLeftMs), 'a number of milliseconds, 0 or more');
    case 'provider-error':
      return [
        ...check('code', Object.hasOwn(ERROR_CODES, event.code), 'a code of AdapterErrorCode'),
        ...text(event, 'message'),
        ...flag(event, 'fatal'),
        ...flag(event, 'retryable'),
        ...check(
          'providerCode',
          event.providerCode === undefined || typeof event.providerCode === 'string',
          'a string',
        ),
      ];
    case 'provider-raw':
      return text(event, 'name');
    default:
      event satisfies never;
      return ['not a known event type'];
  }
}

function check(field: string, isRight: boolean, expected: string): string[] {
  return isRight ? [] : [`"${field}" must be ${expected}`];
}

function text<Event extends object>(event: Event, ...fields: (keyof Event & string)[]): string[] {
  return fields.flatMap((field) => check(field, isText(event[field]), 'a non-empty string'));
}

function flag<Event extends object>(event: Event, field: keyof Event & string): string[] {
  return check(field, typeof event[field] === 'boolean', 'a boolean');
}

function role(value: unknown, roles: readonly string[]): string[] {
  return check('role', roles.includes(value as string), roles.join(' or '));
}

function optionalTime(field: string, value: unknown): string[] {
  return check(field, value === undefined || isCount(value), 'a number of milliseconds, 0 or more');
}

function audio(pcm: unknown): string[] {
  const isRight = pcm instanceof Uint8Array && pcm.byteLength > 0 && pcm.byteLength % 2 === 0;
  return check('pcm', isRight, 'bytes of an even length, not empty');
}

function usage(tokens: TokenUsage | undefined): string[] {
  if (tokens === undefined) return [];
  const fields = [
    'inputAudioTokens',
    'outputAudioTokens',
    'inputTextTokens',
    'outputTextTokens',
    'cachedTokens',
  ] as const;
  return fields.flatMap((field) => check(`usage.${field}`, isCount(tokens[field]), 'a number, 0 or more'));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isJsonObject(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
