import { boundedList, MAX_ID_CHARS } from '@speko/adapter-kit';
import { z } from 'zod';

// Loose on purpose: only the fields that are read, and looser than the documentation where servers are.
// https://docs.x.ai/voice-realtime.ws.json

/** A field that some servers leave out and some send as null. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined);
}

const id = z.string().min(1).max(MAX_ID_CHARS);
const text = optional(z.string());
const index = optional(z.int().min(0)).catch(undefined);
const timeMs = optional(z.number().min(0)).catch(undefined);
const record = optional(z.record(z.string(), z.unknown())).catch(undefined);

const partSchema = z.looseObject({ type: text.catch(undefined), transcript: text.catch(undefined) });

const itemSchema = z.looseObject({
  id: optional(id),
  type: text,
  status: text,
  role: text,
  call_id: optional(id),
  name: optional(id),
  arguments: text,
  content: optional(boundedList(partSchema)).catch(undefined),
  replayed: optional(z.boolean()).catch(undefined),
});

/** An item of the conversation, as far as it is read. */
export type WireItem = z.output<typeof itemSchema>;

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.looseObject({ type: z.literal(type), ...shape });
}

/** Where a piece of a response belongs. */
const place = { response_id: id, item_id: id, content_index: index };
const transcription = { item_id: id, transcript: text, status: text };
const mcpCall = { item_id: id };

/** The server events that mean something here; beta names are translated before. */
export const serverEventSchema = z.discriminatedUnion('type', [
  event('session.created', { session: record }),
  event('session.updated', { session: record }),
  event('ping', {}),
  event('conversation.created', { conversation: z.looseObject({ id }) }),
  event('input_audio_buffer.speech_started', { item_id: id, audio_start_ms: timeMs }),
  event('input_audio_buffer.speech_stopped', { item_id: id, audio_end_ms: timeMs }),
  event('input_audio_buffer.committed', { item_id: id }),
  event('input_audio_buffer.cleared', {}),
  event('conversation.item.added', { item: itemSchema }),
  event('conversation.item.input_audio_transcription.updated', transcription),
  event('conversation.item.input_audio_transcription.completed', transcription),
  event('response.created', { response: z.looseObject({ id, metadata: record }) }),
  event('response.output_item.added', { response_id: optional(id), item: itemSchema }),
  event('response.output_item.done', { response_id: optional(id), item: itemSchema }),
  event('response.content_part.added', { item_id: id, content_index: index, part: optional(partSchema) }),
  event('response.output_audio.delta', { ...place, delta: z.string() }),
  event('response.output_audio_transcript.delta', { ...place, delta: text }),
  event('response.output_audio_transcript.done', { ...place, transcript: text }),
  event('response.output_text.delta', { ...place, delta: text }),
  event('response.output_text.done', { ...place, text }),
  event('response.function_call_arguments.done', {
    response_id: optional(id),
    call_id: id,
    name: id,
    arguments: text,
  }),
  event('response.mcp_call.in_progress', mcpCall),
  event('response.mcp_call.completed', mcpCall),
  event('response.mcp_call.failed', mcpCall),
  event('response.done', {
    response_id: optional(id),
    response: z.looseObject({
      id: optional(id),
      status: text,
      status_details: z.unknown().optional(),
      output: optional(boundedList(itemSchema)).catch(undefined),
      usage: z.unknown().optional(),
    }),
    usage: z.unknown().optional(),
  }),
  event('response.cancelled', { response_id: optional(id) }),
  event('error', {}),
]);

/** A parsed server event. */
export type XaiServerEvent = z.output<typeof serverEventSchema>;

/** Server events that are known and carry nothing this adapter needs: acknowledgements and repetitions. */
export const IGNORED_SERVER_EVENTS: ReadonlySet<string> = new Set([
  'input_audio_buffer.timeout_triggered',
  'conversation.item.deleted',
  'conversation.item.truncated',
  'response.content_part.done',
  'response.output_audio.done',
  'response.function_call_arguments.delta',
  'response.mcp_call_arguments.delta',
  'response.mcp_call_arguments.done',
  'mcp_list_tools.in_progress',
  'mcp_list_tools.completed',
]);

/** What is read of a `session`; its echo is odd, so nothing else is concluded from it. */
export const sessionSchema = z.looseObject({ model: text.catch(undefined), voice: text.catch(undefined) });
