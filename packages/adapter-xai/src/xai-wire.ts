import { boundedList, lenient, MAX_ID_CHARS, optionalIdSchema } from '@speko/adapter-kit';
import { z } from 'zod';

// Loose on purpose: only the fields that are read, and looser than the documentation where servers are.
// https://docs.x.ai/voice-realtime.ws.json

const id = z.string().min(1).max(MAX_ID_CHARS);
const text = lenient(z.string());
const index = lenient(z.int().min(0));
const timeMs = lenient(z.number().min(0));
const record = lenient(z.record(z.string(), z.unknown()));
/** Read where it is used: what is odd about it must not vanish with the rest of its message. */
const anything = z.unknown().optional();

const partSchema = z.looseObject({ type: text, transcript: text });

const itemSchema = z.looseObject({
  id: lenient(optionalIdSchema),
  type: text,
  status: text,
  role: text,
  call_id: anything,
  name: anything,
  arguments: anything,
  content: lenient(boundedList(partSchema)),
  replayed: lenient(z.boolean()),
});

/** An item of the conversation, as far as it is read. */
export type WireItem = z.output<typeof itemSchema>;

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.looseObject({ type: z.literal(type), ...shape });
}

/** Where a piece of a response belongs. */
const place = { response_id: optionalIdSchema, item_id: optionalIdSchema, content_index: index };
const transcription = { item_id: id, transcript: text, status: text };
const mcpCall = { item_id: id };

/** The server events that mean something here; beta names are translated before. */
const serverEventSchema = z.discriminatedUnion('type', [
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
  event('response.created', { response: z.looseObject({ id: optionalIdSchema, metadata: record }) }),
  event('response.output_item.added', { response_id: optionalIdSchema, item: itemSchema }),
  event('response.output_item.done', { response_id: optionalIdSchema, item: itemSchema }),
  event('response.content_part.added', { ...place, part: lenient(partSchema) }),
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
  event('response.mcp_call.in_progress', mcpCall),
  event('response.mcp_call.completed', mcpCall),
  event('response.mcp_call.failed', mcpCall),
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
    usage: anything,
  }),
  event('response.cancelled', { response_id: optionalIdSchema }),
  event('error', {}),
]);

/** A parsed server event. */
export type XaiServerEvent = z.output<typeof serverEventSchema>;

/** Server events that are known and carry nothing this adapter needs: acknowledgements and repetitions. */
const IGNORED_SERVER_EVENTS: ReadonlySet<string> = new Set([
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
export const sessionSchema = z.looseObject({ model: text, voice: text });

/** For `readServerEvent`. */
export const SERVER_EVENTS = { schema: serverEventSchema, ignored: IGNORED_SERVER_EVENTS };
