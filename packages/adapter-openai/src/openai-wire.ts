import { boundedList, MAX_ID_CHARS } from '@speko/adapter-kit';
import { z } from 'zod';

// Loose on purpose: only the fields that are read, and looser than the documentation where servers are.
// https://platform.openai.com/docs/api-reference/realtime-server-events

/** A field that may be missing or null; both read as `undefined`. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

const id = z.string().min(1).max(MAX_ID_CHARS);
const optionalId = optional(z.string().max(MAX_ID_CHARS));
const text = optional(z.string());
const number = optional(z.number());
const timeMs = optional(z.number().min(0)).catch(undefined);
const record = z.record(z.string(), z.unknown());

const itemSchema = z.looseObject({
  id: optionalId,
  type: text,
  status: text,
  role: text,
  call_id: optionalId,
  name: text,
  arguments: text,
});

/** An item of the conversation, as far as it is read. */
export type WireItem = z.output<typeof itemSchema>;

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.looseObject({ type: z.literal(type), ...shape });
}

/** The server events that mean something here; beta names are translated before. */
export const serverEventSchema = z.discriminatedUnion('type', [
  event('session.created', { session: record }),
  event('session.updated', { session: record }),
  event('input_audio_buffer.speech_started', { item_id: id, audio_start_ms: timeMs }),
  event('input_audio_buffer.speech_stopped', { item_id: id, audio_end_ms: timeMs }),
  event('input_audio_buffer.committed', { item_id: id }),
  event('input_audio_buffer.cleared', {}),
  event('conversation.item.added', { item: itemSchema }),
  event('conversation.item.input_audio_transcription.delta', { item_id: id, delta: text }),
  event('conversation.item.input_audio_transcription.completed', { item_id: id, transcript: text }),
  event('conversation.item.input_audio_transcription.failed', { item_id: id }),
  event('response.created', { response: z.looseObject({ id, metadata: optional(record).catch(undefined) }) }),
  event('response.content_part.added', {
    item_id: id,
    content_index: number,
    part: optional(z.looseObject({ type: text })),
  }),
  event('response.output_audio.delta', { response_id: id, item_id: id, delta: z.string() }),
  event('response.output_audio_transcript.delta', deltaShape()),
  event('response.output_audio_transcript.done', { ...doneShape(), transcript: text }),
  event('response.output_text.delta', deltaShape()),
  event('response.output_text.done', { ...doneShape(), text }),
  event('response.output_item.done', { response_id: id, item: itemSchema }),
  event('response.done', {
    response: z.looseObject({
      id,
      status: text,
      status_details: z.unknown().optional(),
      output: optional(boundedList(itemSchema)).catch(undefined),
      usage: z.unknown().optional(),
    }),
  }),
  event('error', { error: z.unknown().optional() }),
]);

/** A parsed server event. */
export type OpenAIServerEvent = z.output<typeof serverEventSchema>;

/** Server events that are known and carry nothing this adapter needs: acknowledgements, repetitions, gauges. */
export const IGNORED_SERVER_EVENTS: ReadonlySet<string> = new Set([
  'conversation.created',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'conversation.item.input_audio_transcription.segment',
  'input_audio_buffer.timeout_triggered',
  'response.output_item.added',
  'response.content_part.done',
  'response.output_audio.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'rate_limits.updated',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
]);

/** What is read of the `session` of `session.created` and `session.updated`, in both dialects. */
export const sessionSchema = z.looseObject({
  model: text.catch(undefined),
  expires_at: number.catch(undefined),
  voice: text.catch(undefined),
  output_audio_format: text.catch(undefined),
  audio: optional(
    z.looseObject({
      output: optional(
        z.looseObject({
          voice: optional(z.union([z.string(), z.looseObject({ id: z.string() })])),
          format: optional(z.looseObject({ type: text })),
        }),
      ),
    }),
  ).catch(undefined),
});

function deltaShape() {
  return { response_id: id, item_id: id, content_index: number, delta: text };
}

function doneShape() {
  return { response_id: id, item_id: id, content_index: number };
}
