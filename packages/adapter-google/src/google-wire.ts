import { z } from 'zod';

// Loose on purpose: only the fields that are read, and each part judged by itself, since one message carries several.
// https://ai.google.dev/api/live#messages

const text = z.string().nullish();
const flag = z.boolean().nullish();
const count = z.number().nullish().catch(undefined);

const transcriptionSchema = z.looseObject({ text: text.catch(undefined) }).nullish();

const partSchema = z.looseObject({
  inlineData: z.looseObject({ mimeType: text, data: text }).nullish().catch(undefined),
});

export const serverContentSchema = z.looseObject({
  modelTurn: z
    .looseObject({ parts: z.array(partSchema).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  interrupted: flag.catch(undefined),
  generationComplete: flag.catch(undefined),
  turnComplete: flag.catch(undefined),
  turnCompleteReason: text.catch(undefined),
  interactionStatus: text.catch(undefined),
  waitingForInput: flag.catch(undefined),
  inputTranscription: transcriptionSchema.catch(undefined),
  outputTranscription: transcriptionSchema.catch(undefined),
});

/** `serverContent`, as far as it is read. */
export type ServerContent = z.output<typeof serverContentSchema>;

export const functionCallSchema = z.looseObject({
  id: text.catch(undefined),
  name: z.string().min(1),
  args: z.unknown().optional(),
});

export const toolCallSchema = z.looseObject({ functionCalls: z.array(z.unknown()).nullish() });

export const toolCallCancellationSchema = z.looseObject({ ids: z.array(z.string()).nullish() });

export const goAwaySchema = z.looseObject({ timeLeft: text.catch(undefined) });

export const sessionResumptionUpdateSchema = z.looseObject({ newHandle: text, resumable: flag });

/** The member is called `type` on the wire, and `voiceActivityType` in the official types. */
export const voiceActivitySchema = z.looseObject({
  type: text,
  voiceActivityType: text,
  audioOffset: text.catch(undefined),
});

export const vadSignalSchema = z.looseObject({ vadSignalType: text });

const detailsSchema = z
  .array(z.looseObject({ modality: text.catch(undefined), tokenCount: count }))
  .nullish()
  .catch(undefined);

/** The Gemini API and Vertex AI name the output differently. */
export const usageMetadataSchema = z.looseObject({
  promptTokenCount: count,
  cachedContentTokenCount: count,
  responseTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
  promptTokensDetails: detailsSchema,
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
export function readDurationMs(duration: string | null | undefined): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}
