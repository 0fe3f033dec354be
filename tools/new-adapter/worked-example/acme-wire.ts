import { z } from 'zod';

// Acme is made up: the worked example of docs/adapters/guide.md.

const id = z.string().min(1);
const count = z.number().min(0);

const readySchema = z.looseObject({ type: z.literal('ready'), model: z.string().min(1).optional() });

const errorSchema = z.looseObject({ type: z.literal('error'), code: z.string(), message: z.string() });

const expiringSchema = z.looseObject({ type: z.literal('expiring'), seconds: count });

const responseStartedSchema = z.looseObject({ type: z.literal('response_started'), response: id });
const audioSchema = z.looseObject({ type: z.literal('audio'), response: id, item: id, data: z.string() });
const wordsSchema = z.looseObject({ type: z.literal('words'), response: id, item: id, text: z.string() });
const responseEndedSchema = z.looseObject({
  type: z.literal('response_ended'),
  response: id,
  status: z.enum(['completed', 'cancelled']),
  usage: z.looseObject({ input_audio: count, output_audio: count }),
});

const speechStartedSchema = z.looseObject({ type: z.literal('speech_started'), at_ms: count });
const speechStoppedSchema = z.looseObject({ type: z.literal('speech_stopped'), at_ms: count });
const turnCommittedSchema = z.looseObject({ type: z.literal('turn_committed') });
const turnTextSchema = z.looseObject({ type: z.literal('turn_text'), text: z.string() });

const toolCallSchema = z.looseObject({ type: z.literal('tool_call'), call: id, name: id, arguments: z.unknown() });

/** The messages of the vendor that mean something here; every other one is reported as `provider-raw`. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  readySchema,
  errorSchema,
  expiringSchema,
  responseStartedSchema,
  audioSchema,
  wordsSchema,
  responseEndedSchema,
  speechStartedSchema,
  speechStoppedSchema,
  turnCommittedSchema,
  turnTextSchema,
  toolCallSchema,
]);

/** One of the vendor's messages, parsed. */
export type AcmeServerMessage = z.output<typeof serverMessageSchema>;
