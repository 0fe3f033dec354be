import { boundedList, lenient } from '@speko/adapter-kit';
import { z } from 'zod';

// Loose on purpose: only the fields that are read, and each part judged by itself, since one message carries several.
// https://ai.google.dev/api/live#messages

const text = lenient(z.string());
const flag = lenient(z.boolean());
const count = lenient(z.number());

const transcriptionSchema = lenient(z.looseObject({ text: text, finished: flag }));

const partSchema = z.looseObject({
  inlineData: lenient(z.looseObject({ mimeType: text, data: text })),
  // Some models tell of a call here, in the place of `toolCall` or beside it.
  functionCall: z.unknown().optional(),
});

export const serverContentSchema = z.looseObject({
  modelTurn: lenient(z.looseObject({ parts: lenient(boundedList(partSchema.catch({ inlineData: undefined }))) })).catch(
    undefined,
  ),
  interrupted: flag,
  generationComplete: flag,
  turnComplete: flag,
  turnCompleteReason: text,
  finishReason: text,
  interactionStatus: text,
  waitingForInput: flag,
  inputTranscription: transcriptionSchema,
  outputTranscription: transcriptionSchema,
});

/** `serverContent`, as far as it is read. */
export type ServerContent = z.output<typeof serverContentSchema>;

/** Calls are read one by one: none may vanish because another cannot be read. */
export const toolCallSchema = z.looseObject({
  functionCalls: z.preprocess(
    (given) => (typeof given !== 'object' || given === null || Array.isArray(given) ? given : [given]),
    decisive(boundedList(z.unknown())),
  ),
});

export const toolCallCancellationSchema = z.looseObject({ ids: decisive(boundedList(z.unknown())) });

export const goAwaySchema = z.looseObject({ timeLeft: text });

export const sessionResumptionUpdateSchema = z.looseObject({
  newHandle: decisive(z.string()),
  resumable: decisive(z.boolean()),
});

/** The member is called `type` on the wire, and `voiceActivityType` in the official types. */
export const voiceActivitySchema = z.looseObject({
  type: decisive(z.string()),
  voiceActivityType: decisive(z.string()),
  audioOffset: text,
});

export const vadSignalSchema = z.looseObject({ vadSignalType: decisive(z.string()) });

const detailsSchema = lenient(
  boundedList(
    z.looseObject({ modality: text, tokenCount: count }).catch({ modality: undefined, tokenCount: undefined }),
  ),
);

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

/** A field that says what its member means, or null: in another shape the member is passed on unread, not read as less. */
function decisive<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined);
}
