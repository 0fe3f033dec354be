import { boundedList } from '@speko/adapter-kit';
import { z } from 'zod';

// Loose on purpose: only the fields that are read, and each part judged by itself, since one message carries several.
// https://ai.google.dev/api/live#messages

// A field that is null is as good as absent.
const text = orNothing(z.string());
const flag = orNothing(z.boolean());
const count = orNothing(z.number()).catch(undefined);

const transcriptionSchema = orNothing(z.looseObject({ text: text.catch(undefined), finished: flag.catch(undefined) }));

const partSchema = z.looseObject({
  inlineData: orNothing(z.looseObject({ mimeType: text, data: text })).catch(undefined),
  // Some models tell of a call here, in the place of `toolCall` or beside it.
  functionCall: z.unknown().optional(),
});

export const serverContentSchema = z.looseObject({
  modelTurn: orNothing(z.looseObject({ parts: orNothing(boundedList(partSchema.catch({}))).catch(undefined) })).catch(
    undefined,
  ),
  interrupted: flag.catch(undefined),
  generationComplete: flag.catch(undefined),
  turnComplete: flag.catch(undefined),
  turnCompleteReason: text.catch(undefined),
  finishReason: text.catch(undefined),
  interactionStatus: text.catch(undefined),
  waitingForInput: flag.catch(undefined),
  inputTranscription: transcriptionSchema.catch(undefined),
  outputTranscription: transcriptionSchema.catch(undefined),
});

/** `serverContent`, as far as it is read. */
export type ServerContent = z.output<typeof serverContentSchema>;

/** Calls are read one by one: none may vanish because another cannot be read. */
export const toolCallSchema = z.looseObject({
  functionCalls: z.preprocess(
    (given) => (typeof given !== 'object' || given === null || Array.isArray(given) ? given : [given]),
    orNothing(boundedList(z.unknown())),
  ),
});

export const toolCallCancellationSchema = z.looseObject({ ids: orNothing(boundedList(z.unknown())) });

export const goAwaySchema = z.looseObject({ timeLeft: text.catch(undefined) });

export const sessionResumptionUpdateSchema = z.looseObject({ newHandle: text, resumable: flag });

/** The member is called `type` on the wire, and `voiceActivityType` in the official types. */
export const voiceActivitySchema = z.looseObject({
  type: text,
  voiceActivityType: text,
  audioOffset: text.catch(undefined),
});

export const vadSignalSchema = z.looseObject({ vadSignalType: text });

const detailsSchema = orNothing(
  boundedList(z.looseObject({ modality: text.catch(undefined), tokenCount: count }).catch({})),
).catch(undefined);

/** The Gemini API and Vertex AI name the output differently. */
export const usageMetadataSchema = z.looseObject({
  promptTokenCount: count,
  cachedContentTokenCount: count,
  responseTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
  toolUsePromptTokenCount: count,
  promptTokensDetails: detailsSchema,
  toolUsePromptTokensDetails: detailsSchema,
  responseTokensDetails: detailsSchema,
  candidatesTokensDetails: detailsSchema,
});

/** The members of a server message that mean something here, in the order in which they are to be handled. */
export const SERVER_MEMBERS = [
  'setupComplete',
  'sessionResumptionUpdate',
  'voiceActivityDetectionSignal',
  'voiceActivity',
  'serverContent',
  'toolCall',
  'toolCallCancellation',
  'usageMetadata',
  'goAway',
] as const;

/** A duration in proto-JSON, such as `9.8s`, in milliseconds. */
export function readDurationMs(duration: string | undefined): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}

function orNothing<Schema extends z.ZodType>(schema: Schema) {
  return schema
    .nullable()
    .transform((value) => value ?? undefined)
    .optional();
}
