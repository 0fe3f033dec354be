import { boundedList, lenient, MAX_ID_CHARS, optionalIdSchema } from '@speko/adapter-kit';
import { z } from 'zod';

// Loose on purpose: only the fields that are read, and looser than the documentation where servers are.
// https://platform.openai.com/docs/api-reference/realtime-server-events

const id = z.string().min(1).max(MAX_ID_CHARS);
const text = lenient(z.string());
const index = lenient(z.int().min(0));
const number = lenient(z.number());
const timeMs = lenient(z.number().min(0));
const record = z.record(z.string(), z.unknown());
/** Read where it is used: what is odd about it must not vanish with the rest of its message. */
const anything = z.unknown().optional();

/** Where a piece of a response belongs; some servers leave that out. */
const place = { response_id: optionalIdSchema, item_id: optionalIdSchema, content_index: index };

const itemSchema = z.looseObject({
  id: lenient(optionalIdSchema),
  type: text,
  status: text,
  role: text,
  call_id: anything,
  name: anything,
  arguments: anything,
});

/** An item of the conversation, as far as it is read. */
export type WireItem = z.output<typeof itemSchema>;

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.looseObject({ type: z.literal(type), ...shape });
}

/** The server events that mean something here; beta names are translated before. */
const serverEventSchema = z.discriminatedUnion('type', [
  event('session.created', { session: lenient(record) }),
  event('session.updated', { session: lenient(record) }),
  event('input_audio_buffer.speech_started', { item_id: id, audio_start_ms: timeMs }),
  event('input_audio_buffer.speech_stopped', { item_id: id, audio_end_ms: timeMs }),
  event('input_audio_buffer.committed', { item_id: id }),
  event('input_audio_buffer.cleared', {}),
  event('conversation.item.added', { item: itemSchema }),
  event('conversation.item.input_audio_transcription.delta', { item_id: id, delta: text }),
  event('conversation.item.input_audio_transcription.completed', { item_id: id, transcript: text, usage: anything }),
  event('conversation.item.input_audio_transcription.failed', { item_id: id }),
  event('response.created', { response: z.looseObject({ id: optionalIdSchema, metadata: lenient(record) }) }),
  event('response.output_item.added', { response_id: optionalIdSchema, item: itemSchema }),
  event('response.content_part.added', { ...place, part: lenient(z.looseObject({ type: text })) }),
  event('response.output_audio.delta', { ...place, delta: anything }),
  event('response.output_audio_transcript.delta', { ...place, delta: text }),
  event('response.output_audio_transcript.done', { ...place, transcript: text }),
  event('response.output_text.delta', { ...place, delta: text }),
  event('response.output_text.done', { ...place, text }),
  event('response.function_call_arguments.done', {
    ...place,
    call_id: anything,
    name: anything,
    arguments: anything,
  }),
  event('response.output_item.done', { response_id: optionalIdSchema, item: itemSchema }),
  event('response.done', {
    response_id: optionalIdSchema,
    response: z.looseObject({
      id: optionalIdSchema,
      status: text,
      status_details: anything,
      // One item that cannot be read leaves the others alone.
      output: lenient(boundedList(lenient(itemSchema))),
      usage: anything,
    }),
  }),
  event('error', { error: anything }),
]);

/** A parsed server event. */
export type OpenAIServerEvent = z.output<typeof serverEventSchema>;

/** Server events that are known and carry nothing this adapter needs: acknowledgements, repetitions, gauges. */
const IGNORED_SERVER_EVENTS: ReadonlySet<string> = new Set([
  'conversation.created',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'conversation.item.input_audio_transcription.segment',
  'input_audio_buffer.timeout_triggered',
  'response.content_part.done',
  'response.output_audio.done',
  'response.function_call_arguments.delta',
  'rate_limits.updated',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
]);

/** What is read of the `session` of `session.created` and `session.updated`, in both dialects. */
export const sessionSchema = z.looseObject({
  model: text,
  expires_at: number,
  voice: text,
  output_audio_format: text,
  audio: lenient(
    z.looseObject({
      output: lenient(
        z.looseObject({
          voice: lenient(z.union([z.string(), z.looseObject({ id: z.string() })])),
          format: lenient(z.looseObject({ type: text })),
        }),
      ),
    }),
  ),
});

/** For `readServerEvent`. */
export const SERVER_EVENTS = { schema: serverEventSchema, ignored: IGNORED_SERVER_EVENTS };
