import { z } from 'zod';

// Loose on purpose: only the fields that are read, and looser than the documentation where servers are.
// https://platform.openai.com/docs/api-reference/realtime-server-events

const id = z.string().min(1);
const text = z.string().nullish();
const record = z.record(z.string(), z.unknown());

const itemSchema = z.looseObject({
  id: z.string().nullish(),
  type: z.string().nullish(),
  status: z.string().nullish(),
  role: z.string().nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish(),
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
  event('input_audio_buffer.speech_started', { item_id: id, audio_start_ms: z.number().nullish() }),
  event('input_audio_buffer.speech_stopped', { item_id: id, audio_end_ms: z.number().nullish() }),
  event('input_audio_buffer.committed', { item_id: id }),
  event('input_audio_buffer.cleared', {}),
  event('conversation.item.added', { item: itemSchema }),
  event('conversation.item.input_audio_transcription.delta', { item_id: id, delta: text }),
  event('conversation.item.input_audio_transcription.completed', { item_id: id, transcript: text }),
  event('conversation.item.input_audio_transcription.failed', { item_id: id }),
  event('response.created', { response: z.looseObject({ id, metadata: record.nullish().catch(undefined) }) }),
  event('response.content_part.added', {
    item_id: id,
    content_index: z.number().nullish(),
    part: z.looseObject({ type: z.string().nullish() }).nullish(),
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
      status: z.string().nullish(),
      status_details: z.unknown(),
      output: z.array(itemSchema).nullish().catch(undefined),
      usage: z.unknown(),
    }),
  }),
  event('error', { error: z.unknown() }),
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
  expires_at: z.number().nullish().catch(undefined),
  voice: z.string().nullish().catch(undefined),
  output_audio_format: z.string().nullish().catch(undefined),
  audio: z
    .looseObject({
      output: z
        .looseObject({
          voice: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
          format: z.looseObject({ type: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish()
    .catch(undefined),
});

function deltaShape() {
  return { response_id: id, item_id: id, content_index: z.number().nullish(), delta: text };
}

function doneShape() {
  return { response_id: id, item_id: id, content_index: z.number().nullish() };
}
