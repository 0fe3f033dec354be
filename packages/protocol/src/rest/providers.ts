import { z } from 'zod';
import { capabilitiesSchema } from '../frames/capabilities.ts';

/** One provider the gateway knows. */
export const providerInfoSchema = z.object({
  /** Values of `s2s.provider`. */
  id: z.string().min(1),
  /** Whether its credentials are set, so that a session may ask for it. */
  configured: z.boolean(),
  /** Setting to set in order to configure it, such as `OPENAI_API_KEY`; `null` when configured. */
  missingSetting: z.string().nullable(),
  capabilities: capabilitiesSchema,
  /** Model ids known to work; a hint, other ids are passed on too. */
  models: z.array(z.string()),
});

/**
 * Body of `GET /v1/providers`.
 * @see PROTOCOL.md rule SR9
 */
export const providersSchema = z.object({ providers: z.array(providerInfoSchema) });

/** One provider the gateway knows. */
export type ProviderInfo = z.infer<typeof providerInfoSchema>;
/** Body of `GET /v1/providers`. */
export type Providers = z.infer<typeof providersSchema>;
