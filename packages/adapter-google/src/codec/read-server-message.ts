import type { TokenUsage } from '@speko/adapter';
import type { z } from 'zod';
import {
  goAwaySchema,
  readDurationMs,
  SERVER_MEMBERS,
  type ServerContent,
  serverContentSchema,
  sessionResumptionUpdateSchema,
  toolCallCancellationSchema,
  toolCallSchema,
  vadSignalSchema,
  voiceActivitySchema,
} from '../google-wire.ts';
import { readUsage } from './read-usage.ts';

/** One thing a server message says. */
export type ServerStatement =
  | { readonly type: 'set-up' }
  /** `handle` is absent while the conversation cannot be resumed. */
  | { readonly type: 'handle'; readonly handle: string | undefined }
  | { readonly type: 'speech'; readonly isStart: boolean; readonly offsetMs: number | undefined }
  | { readonly type: 'content'; readonly content: ServerContent; readonly usage: TokenUsage | undefined }
  | { readonly type: 'calls'; readonly calls: readonly unknown[] }
  | { readonly type: 'cancelled-calls'; readonly ids: readonly unknown[] }
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'go-away'; readonly timeLeftMs: number }
  | { readonly type: 'unknown'; readonly name: string; readonly raw: unknown };

type Member = (typeof SERVER_MEMBERS)[number];
type Message = Readonly<Record<string, unknown>>;

const SPEECH_STARTS: ReadonlySet<unknown> = new Set(['ACTIVITY_START', 'VAD_SIGNAL_TYPE_SOS']);
const SPEECH_ENDS: ReadonlySet<unknown> = new Set(['ACTIVITY_END', 'VAD_SIGNAL_TYPE_EOS']);

/** Reads a message, in the order in which what it says is to be handled. An empty message says nothing. Never throws. */
export function readServerMessage(value: unknown): ServerStatement[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [unknown('invalid', value)];
  const message = value as Message;
  const members = SERVER_MEMBERS.filter((name) => message[name] !== undefined && message[name] !== null);
  if (members.length > 0) return members.flatMap((name) => readMember(name, message));
  const [name] = Object.keys(message);
  return name === undefined ? [] : [unknown(name === '' ? 'invalid' : name, message)];
}

function readMember(name: Member, message: Message): ServerStatement[] {
  const value = message[name];
  switch (name) {
    case 'setupComplete':
      return [{ type: 'set-up' }];
    case 'sessionResumptionUpdate':
      return read(name, value, sessionResumptionUpdateSchema, ({ newHandle, resumable }) => [
        { type: 'handle', handle: resumable === true && newHandle !== '' ? newHandle : undefined },
      ]);
    case 'voiceActivity':
      return read(name, value, voiceActivitySchema, ({ type, voiceActivityType, audioOffset }) =>
        speech(type ?? voiceActivityType, readDurationMs(audioOffset)),
      );
    case 'voiceActivityDetectionSignal':
      return read(name, value, vadSignalSchema, ({ vadSignalType }) => speech(vadSignalType, undefined));
    case 'serverContent':
      return read(name, value, serverContentSchema, (content) => [
        { type: 'content', content, usage: readUsage(message['usageMetadata']) },
      ]);
    case 'toolCall':
      return read(name, value, toolCallSchema, ({ functionCalls = [] }) =>
        functionCalls.length === 0 ? [] : [{ type: 'calls', calls: functionCalls }],
      );
    case 'toolCallCancellation':
      return read(name, value, toolCallCancellationSchema, ({ ids = [] }) => [{ type: 'cancelled-calls', ids }]);
    case 'usageMetadata': {
      // Beside the end of a turn it belongs to that turn.
      if (serverContentSchema.safeParse(message['serverContent']).data?.turnComplete === true) return [];
      const usage = readUsage(value);
      return [usage === undefined ? unknown(name, value) : { type: 'usage', usage }];
    }
    case 'goAway':
      return read(name, value, goAwaySchema, ({ timeLeft }) => [
        { type: 'go-away', timeLeftMs: readDurationMs(timeLeft) ?? 0 },
      ]);
  }
}

function speech(type: string | undefined, offsetMs: number | undefined): ServerStatement[] {
  const isStart = SPEECH_STARTS.has(type);
  return isStart || SPEECH_ENDS.has(type) ? [{ type: 'speech', isStart, offsetMs }] : [];
}

function read<Schema extends z.ZodType>(
  name: Member,
  value: unknown,
  schema: Schema,
  toStatements: (data: z.output<Schema>) => ServerStatement[],
): ServerStatement[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? toStatements(parsed.data) : [unknown(name, value)];
}

function unknown(name: string, raw: unknown): ServerStatement {
  return { type: 'unknown', name, raw };
}
