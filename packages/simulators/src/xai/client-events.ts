import type { ProviderFrame } from '@speko/adapter';
import { parseJsonFrame } from '@speko/adapter-kit';
import { z } from 'zod';
import { VendorError } from './vendor-error.ts';

// As tolerant as the vendor: fields of the dialect's origin that it does not know are let through and ignored, and one
// that is null is not there.

const part = z.looseObject({ type: z.string(), text: z.string().nullish(), transcript: z.string().nullish() });
const itemId = z.string().nullish();

const itemSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    id: itemId,
    role: z.enum(['user', 'assistant', 'system']),
    content: z.array(part),
  }),
  z.looseObject({
    type: z.literal('force_message'),
    interruptible: z
      .boolean()
      .nullish()
      .transform((interruptible) => interruptible ?? true),
    content: z.array(part),
  }),
  z.looseObject({
    type: z.literal('function_call'),
    id: itemId,
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.looseObject({ type: z.literal('function_call_output'), id: itemId, call_id: z.string(), output: z.string() }),
]);

/** Every event a client may send over a WebSocket. The content of `session.update` is checked by the session. */
export const clientEventSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('session.update'), session: z.unknown() }),
  z.looseObject({ type: z.literal('input_audio_buffer.append'), audio: z.string() }),
  z.looseObject({ type: z.literal('input_audio_buffer.commit') }),
  z.looseObject({ type: z.literal('input_audio_buffer.clear') }),
  z.looseObject({ type: z.literal('conversation.item.create'), item: itemSchema }),
  z.looseObject({ type: z.literal('conversation.item.delete'), item_id: z.string() }),
  z.looseObject({
    type: z.literal('conversation.item.truncate'),
    item_id: z.string(),
    content_index: z.int().min(0),
    audio_end_ms: z.number().min(0),
  }),
  z.looseObject({
    type: z.literal('response.create'),
    response: z
      .looseObject({
        // LiveKit's `generate_reply` writes null where it has none.
        instructions: z.string().nullish(),
        metadata: z.record(z.string(), z.unknown()).nullish(),
      })
      .nullish(),
  }),
  z.looseObject({ type: z.literal('response.cancel'), response_id: z.string().nullish() }),
  z.looseObject({ type: z.literal('pong') }),
]);

export type ClientEvent = z.output<typeof clientEventSchema>;
export type ClientItem = z.output<typeof itemSchema>;
export type ResponseParameters = NonNullable<Extract<ClientEvent, { type: 'response.create' }>['response']>;

/** Reads a message of the client. @throws VendorError */
export function readClientEvent(frame: ProviderFrame): ClientEvent {
  const json = parseJsonFrame(frame);
  const parsed = clientEventSchema.safeParse(json.ok ? json.value : undefined);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  const message = `The event could not be read: ${path === '' ? '' : `${path}: `}${issue?.message ?? ''}`;
  throw new VendorError({ type: 'invalid_event', code: 'invalid_event', message });
}
