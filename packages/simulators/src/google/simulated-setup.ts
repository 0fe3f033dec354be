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

const instructionSchema = z.object({ role: z.string().optional(), parts: z.array(z.object({ text: z.string() })) });
const toolsSchema = z.array(z.object({ functionDeclarations: z.array(declarationSchema).default([]) }));

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
  systemInstruction: instructionSchema.optional(),
  tools: toolsSchema.default([]),
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
  proactivity: z.object({ proactiveAudio: flag, proactiveVideo: flag }).optional(),
});

const contextUpdateSchema = z.object({
  systemInstruction: instructionSchema.optional(),
  tools: z.object({ tools: toolsSchema.default([]) }).optional(),
});

/** The setup of a session, as far as the simulation needs it. */
export type SimulatedSetup = z.output<typeof setupSchema>;

/** Functions that a setup or an update declares. */
export type SimulatedTooling = SimulatedSetup['tools'];

/** The address a client has come by. */
export interface SimulatedAddress {
  readonly isVertex: boolean;
  /** As in its path, such as `v1beta`. */
  readonly apiVersion: string;
}

/**
 * Checks what the model of the session does not take.
 *
 * @throws {@link VendorClose}
 */
export function readSetup(value: unknown, profile: ServerProfile, address: SimulatedAddress): SimulatedSetup {
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
      `${setup.model} is not found for API version ${address.apiVersion}, or is not supported for bidiGenerateContent.`,
    );
  }
  checkDialog(setup, profile, address);
  checkThinking(setup.generationConfig.thinkingConfig, profile);
  if (setup.historyConfig !== undefined && !profile.awaitsHistory && address.isVertex) throw invalidArgument();
  checkTools(setup.tools);
  return setup;
}

/**
 * Reads an update of instructions and tools in the middle of a session.
 *
 * @throws {@link VendorClose}
 */
export function readContextUpdate(value: unknown): {
  readonly instructions: string | undefined;
  readonly tools: SimulatedTooling | undefined;
} {
  const parsed = contextUpdateSchema.safeParse(value);
  if (!parsed.success) throw invalidArgument();
  const { systemInstruction, tools } = parsed.data;
  if (tools !== undefined) checkTools(tools.tools);
  return {
    instructions: systemInstruction === undefined ? undefined : instructionsOf(systemInstruction),
    tools: tools?.tools,
  };
}

/** The text of a system instruction. */
export function instructionsOf(instruction: SimulatedSetup['systemInstruction']): string {
  return instruction?.parts.map(({ text }) => text).join('\n') ?? '';
}

/** Both settings are a preview: the developer API knows them in `v1alpha` alone. */
function checkDialog(setup: SimulatedSetup, profile: ServerProfile, address: SimulatedAddress): void {
  const isPreview = address.isVertex || address.apiVersion === 'v1alpha';
  if (setup.generationConfig.enableAffectiveDialog === true && !(isPreview && profile.takesAffectiveDialog)) {
    throw invalidArgument();
  }
  if (setup.proactivity === undefined) return;
  if (!isPreview || !profile.takesProactivity) {
    throw new VendorClose(
      1007,
      `Invalid JSON payload received. Unknown name "proactivity" at 'setup': Cannot find field.`,
    );
  }
  // The newest models decide by themselves when to speak, which cannot be switched off.
  if (profile.name === '3.8' && setup.proactivity.proactiveAudio === false) throw invalidArgument();
}

function checkTools(tools: SimulatedTooling): void {
  for (const { functionDeclarations } of tools) {
    for (const { name, parameters, parametersJsonSchema } of functionDeclarations) {
      if (!/^[A-Za-z_][\w.:-]{0,127}$/.test(name)) throw invalidArgument();
      if (parameters !== undefined && parametersJsonSchema !== undefined) throw invalidArgument();
    }
  }
}

function checkThinking(
  config: { readonly thinkingLevel?: unknown; readonly thinkingBudget?: unknown } | undefined,
  { thinking }: ServerProfile,
): void {
  const level = typeof config?.thinkingLevel === 'string' ? config.thinkingLevel.toUpperCase() : undefined;
  const hasLevel = level !== undefined;
  const hasBudget = config?.thinkingBudget !== undefined;
  if (thinking === 'required' && !hasLevel && !hasBudget) {
    throw new VendorClose(1007, 'Thinking level must be specified for this model.');
  }
  const isRefused =
    (thinking === 'refused' && config !== undefined) ||
    (thinking === 'required' && ((hasLevel && hasBudget) || level === 'MINIMAL')) ||
    (thinking === 'budget' && hasLevel) ||
    (thinking === 'level' && hasBudget);
  if (isRefused) throw invalidArgument();
}
