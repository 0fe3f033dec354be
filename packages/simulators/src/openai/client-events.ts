import { z } from 'zod';
import {
  audioOutputSchema,
  maxTokensSchema,
  modalitiesSchema,
  reasoningSchema,
  toolChoiceSchema,
  toolsSchema,
} from './session-settings.ts';

const eventId = z.string().max(512).optional();
const shortId = z.string().max(32);
const status = z.enum(['completed', 'incomplete', 'in_progress']).optional();
const common = { id: shortId.optional(), object: z.literal('realtime.item').optional(), status };

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  audio: z.string().optional(),
  transcript: z.string().nullable().optional(),
});
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.enum(['auto', 'low', 'high']).optional(),
});
/** Assistant audio cannot be inserted: a part of that type is asked for the text it does not have. */
const outputText = z.strictObject({ type: z.enum(['output_text', 'output_audio']), text: z.string() });

const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({ ...common, type: z.literal('message'), role: z.literal('system'), content: z.array(inputText) }),
  z.strictObject({
    ...common,
    type: z.literal('message'),
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])),
  }),
  z.strictObject({ ...common, type: z.literal('message'), role: z.literal('assistant'), content: z.array(outputText) }),
]);

/** An item a client may create. */
export const itemSchema = z.discriminatedUnion('type', [
  messageSchema,
  z.strictObject({
    ...common,
    type: z.literal('function_call'),
    call_id: shortId.optional(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.strictObject({ ...common, type: z.literal('function_call_output'), call_id: shortId, output: z.string() }),
]);

const responseSchema = z.strictObject({
  conversation: z.enum(['auto', 'none']).optional(),
  input: z
    .array(z.union([z.strictObject({ type: z.literal('item_reference'), id: z.string() }), itemSchema]))
    .optional(),
  // LiveKit's `generate_reply` writes null where it has none.
  instructions: z
    .string()
    .nullish()
    .transform((instructions) => instructions ?? undefined),
  output_modalities: modalitiesSchema.optional(),
  audio: z.strictObject({ output: audioOutputSchema.optional() }).optional(),
  tools: toolsSchema.optional(),
  tool_choice: toolChoiceSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoningSchema.optional(),
  max_output_tokens: maxTokensSchema.optional(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullable().optional(),
  prompt: z.looseObject({ id: z.string() }).nullable().optional(),
});

/** Every event a client may send over a WebSocket. The content of `session.update` is checked by the session. */
export const clientEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.update'), event_id: eventId, session: z.unknown() }),
  z.strictObject({ type: z.literal('input_audio_buffer.append'), event_id: eventId, audio: z.string() }),
  z.strictObject({ type: z.literal('input_audio_buffer.commit'), event_id: eventId }),
  z.strictObject({ type: z.literal('input_audio_buffer.clear'), event_id: eventId }),
  z.strictObject({
    type: z.literal('conversation.item.create'),
    event_id: eventId,
    previous_item_id: z.string().nullable().optional(),
    item: itemSchema,
  }),
  z.strictObject({ type: z.literal('conversation.item.delete'), event_id: eventId, item_id: z.string() }),
  z.strictObject({ type: z.literal('conversation.item.retrieve'), event_id: eventId, item_id: z.string() }),
  z.strictObject({
    type: z.literal('conversation.item.truncate'),
    event_id: eventId,
    item_id: z.string(),
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('response.create'), event_id: eventId, response: responseSchema.optional() }),
  z.strictObject({ type: z.literal('response.cancel'), event_id: eventId, response_id: z.string().optional() }),
  z.strictObject({ type: z.literal('session.close'), event_id: eventId }),
]);

export type ClientEvent = z.output<typeof clientEventSchema>;
export type ClientItem = z.output<typeof itemSchema>;
export type ResponseParameters = z.output<typeof responseSchema>;
