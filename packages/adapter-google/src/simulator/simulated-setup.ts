import { z } from 'zod';
import type { ServerProfile } from './server-profiles.ts';
import { invalidArgument, VendorClose } from './vendor-close.ts';

const declarationSchema = z.object({
  name: z.string(),
  behavior: z.enum(['BLOCKING', 'NON_BLOCKING']).optional(),
  parameters: z.unknown().optional(),
  parametersJsonSchema: z.unknown().optional(),
});

const flag = z.boolean().optional();
const durationMs = z.int().min(0).optional();

const setupSchema = z.object({
  model: z.string(),
  generationConfig: z
    .object({
      responseModalities: z.tuple([z.literal('AUDIO')]).optional(),
      temperature: z.number().min(0).max(2).optional(),
      enableAffectiveDialog: flag,
      thinkingConfig: z
        .object({
          thinkingLevel: z.enum(['MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'minimal', 'low', 'medium', 'high']).optional(),
          thinkingBudget: z.int().optional(),
          includeThoughts: flag,
        })
        .optional(),
    })
    .default({}),
  systemInstruction: z
    .object({ role: z.string().optional(), parts: z.array(z.object({ text: z.string() })) })
    .optional(),
  tools: z.array(z.object({ functionDeclarations: z.array(declarationSchema).default([]) })).default([]),
  realtimeInputConfig: z
    .object({
      automaticActivityDetection: z
        .object({ disabled: flag, prefixPaddingMs: durationMs, silenceDurationMs: durationMs })
        .default({}),
      activityHandling: z
        .enum(['START_OF_ACTIVITY_INTERRUPTS', 'NO_INTERRUPTION'])
        .default('START_OF_ACTIVITY_INTERRUPTS'),
      turnCoverage: z
        .enum(['TURN_INCLUDES_ONLY_ACTIVITY', 'TURN_INCLUDES_ALL_INPUT', 'TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO'])
        .optional(),
    })
    .default({ automaticActivityDetection: {}, activityHandling: 'START_OF_ACTIVITY_INTERRUPTS' }),
  inputAudioTranscription: z.object({}).optional(),
  outputAudioTranscription: z.object({}).optional(),
  sessionResumption: z.object({ handle: z.string().optional() }).optional(),
  historyConfig: z.object({ initialHistoryInClientContent: flag }).optional(),
});

/** The setup of a session, as far as the simulation needs it. */
export type SimulatedSetup = z.output<typeof setupSchema>;

/**
 * Checks what the model of the session does not take.
 *
 * @throws {@link VendorClose}
 */
export function readSetup(value: unknown, profile: ServerProfile, apiVersion: string): SimulatedSetup {
  const parsed = setupSchema.safeParse(value);
  if (!parsed.success) throw invalidArgument();
  const setup = parsed.data;
  if (
    !/^(?:models|projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models|publishers\/google\/models)\/[^/]+$/.test(
      setup.model,
    )
  ) {
    throw invalidArgument();
  }
  if (setup.model.includes('unknown')) {
    throw new VendorClose(
      1008,
      `${setup.model} is not found for API version ${apiVersion}, or is not supported for bidiGenerateContent.`,
    );
  }
  const { thinkingConfig, enableAffectiveDialog } = setup.generationConfig;
  if (enableAffectiveDialog === true && !profile.takesAffectiveDialog) throw invalidArgument();
  checkThinking(thinkingConfig, profile);
  if (setup.historyConfig !== undefined && !profile.knowsHistoryConfig) throw invalidArgument();
  for (const { functionDeclarations } of setup.tools) {
    for (const { name, parameters, parametersJsonSchema } of functionDeclarations) {
      if (!/^[A-Za-z_][\w.:-]{0,127}$/.test(name)) throw invalidArgument();
      if (parameters !== undefined && parametersJsonSchema !== undefined) throw invalidArgument();
    }
  }
  return setup;
}

function checkThinking(
  config: { readonly thinkingLevel?: unknown; readonly thinkingBudget?: unknown } | undefined,
  { thinking }: ServerProfile,
): void {
  const hasLevel = config?.thinkingLevel !== undefined;
  const hasBudget = config?.thinkingBudget !== undefined;
  if (thinking === 'level-required' && !hasLevel) {
    throw new VendorClose(1007, 'Thinking level must be specified for this model.');
  }
  const isRefused =
    (thinking === 'refused' && config !== undefined) ||
    (thinking === 'budget' && hasLevel) ||
    (thinking !== 'budget' && hasBudget);
  if (isRefused) throw invalidArgument();
}
