// The same engine behind the beta's names: events are translated on their way in and out.
import { z } from 'zod';
import { refusalOf } from './vendor-error.ts';

type Json = Readonly<Record<string, unknown>>;

const BETA_NAMES: Readonly<Record<string, string>> = {
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'response.output_text.delta': 'response.text.delta',
  'response.output_text.done': 'response.text.done',
  'conversation.item.added': 'conversation.item.created',
};

const FORMATS: Readonly<Record<string, Json>> = {
  pcm16: { type: 'audio/pcm', rate: 24000 },
  g711_ulaw: { type: 'audio/pcmu' },
  g711_alaw: { type: 'audio/pcma' },
};

const format = z.enum(['pcm16', 'g711_ulaw', 'g711_alaw']).optional();
const modalities = z.array(z.enum(['audio', 'text'])).optional();
const nullableObject = z.record(z.string(), z.unknown()).nullable().optional();
const temperature = z.number().min(0.6).max(1.2).optional();
const maxTokens = z.union([z.number(), z.literal('inf')]).optional();

const sessionSchema = z.strictObject({
  modalities,
  instructions: z.string().optional(),
  voice: z.string().optional(),
  input_audio_format: format,
  output_audio_format: format,
  input_audio_transcription: nullableObject,
  input_audio_noise_reduction: nullableObject,
  turn_detection: nullableObject,
  tools: z.array(z.unknown()).optional(),
  tool_choice: z.unknown().optional(),
  temperature,
  speed: z.number().optional(),
  max_response_output_tokens: maxTokens,
});

const responseSchema = z.looseObject({
  modalities,
  voice: z.string().optional(),
  output_audio_format: format,
  temperature,
  max_response_output_tokens: maxTokens,
});

/** A client event of the beta in today's form. @throws VendorError */
export function fromBeta(event: Json): Json {
  if (event['type'] === 'session.update') {
    const { session } = parse(z.looseObject({ session: sessionSchema }), event);
    return { ...event, session: currentSession(session) };
  }
  if (event['type'] === 'response.create' && event['response'] !== undefined) {
    const { response } = parse(z.looseObject({ response: responseSchema }), event);
    const {
      modalities: wanted,
      voice,
      output_audio_format,
      temperature: _,
      max_response_output_tokens,
      ...rest
    } = response;
    return {
      ...event,
      response: omitUndefined({
        ...rest,
        output_modalities: currentModalities(wanted),
        max_output_tokens: max_response_output_tokens,
        audio:
          voice === undefined && output_audio_format === undefined
            ? undefined
            : { output: omitUndefined({ voice, format: FORMATS[output_audio_format ?? ''] }) },
      }),
    };
  }
  if (event['type'] === 'conversation.item.create') return { ...event, item: currentItem(event['item']) };
  return event;
}

/** A server event in the form of the beta, or `undefined` for one the beta does not have. */
export function toBeta(event: Json): Json | undefined {
  const type = String(event['type']);
  if (type === 'conversation.item.done') return undefined;
  const name = BETA_NAMES[type] ?? type;
  if (type === 'session.created' || type === 'session.updated')
    return { ...event, session: betaSession(event['session']) };
  const response = event['response'];
  return {
    ...event,
    type: name,
    ...('item' in event ? { item: betaItem(event['item']) } : {}),
    ...(isJson(response) ? { response: betaResponse(response) } : {}),
  };
}

function currentSession(session: z.output<typeof sessionSchema>): Json {
  return omitUndefined({
    type: 'realtime',
    instructions: session.instructions,
    output_modalities: currentModalities(session.modalities),
    tools: session.tools,
    tool_choice: session.tool_choice,
    max_output_tokens: session.max_response_output_tokens,
    audio: {
      input: omitUndefined({
        format: FORMATS[session.input_audio_format ?? ''],
        transcription: session.input_audio_transcription,
        noise_reduction: session.input_audio_noise_reduction,
        turn_detection: session.turn_detection,
      }),
      output: omitUndefined({
        format: FORMATS[session.output_audio_format ?? ''],
        voice: session.voice,
        speed: session.speed,
      }),
    },
  });
}

function currentModalities(wanted: readonly string[] | undefined): string[] | undefined {
  return wanted === undefined ? undefined : [wanted.includes('audio') ? 'audio' : 'text'];
}

function currentItem(item: unknown): unknown {
  if (!isJson(item) || item['role'] !== 'assistant' || !Array.isArray(item['content'])) return item;
  return {
    ...item,
    content: item['content'].map((part: unknown) =>
      isJson(part) && part['type'] === 'text' ? { ...part, type: 'output_text' } : part,
    ),
  };
}

function betaSession(session: unknown): Json {
  if (!isJson(session)) return {};
  const audio = session['audio'] as { input: Json; output: Json };
  return {
    object: session['object'],
    id: session['id'],
    model: session['model'],
    expires_at: session['expires_at'],
    modalities: ['audio', 'text'],
    instructions: session['instructions'],
    voice: audio.output['voice'],
    input_audio_format: betaFormat(audio.input['format']),
    output_audio_format: betaFormat(audio.output['format']),
    input_audio_transcription: audio.input['transcription'],
    input_audio_noise_reduction: audio.input['noise_reduction'],
    turn_detection: audio.input['turn_detection'],
    tools: session['tools'],
    tool_choice: session['tool_choice'],
    temperature: 0.8,
    max_response_output_tokens: session['max_output_tokens'],
  };
}

function betaFormat(value: unknown): string {
  const type = isJson(value) ? value['type'] : undefined;
  return type === 'audio/pcmu' ? 'g711_ulaw' : type === 'audio/pcma' ? 'g711_alaw' : 'pcm16';
}

function betaItem(item: unknown): unknown {
  if (!isJson(item) || !Array.isArray(item['content'])) return item;
  const names: Readonly<Record<string, string>> = { output_text: 'text', output_audio: 'audio' };
  return {
    ...item,
    content: item['content'].map((part: unknown) =>
      isJson(part) ? { ...part, type: names[String(part['type'])] ?? part['type'] } : part,
    ),
  };
}

function betaResponse(response: Json): Json {
  const { output, output_modalities: _, ...rest } = response;
  return { ...rest, modalities: ['audio', 'text'], output: Array.isArray(output) ? output.map(betaItem) : output };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw refusalOf(parsed.error);
  return parsed.data;
}

function omitUndefined(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
