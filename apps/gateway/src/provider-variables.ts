import type { RealtimeAdapter } from '@speko/adapter';
import { z } from 'zod';
import * as factories from './providers.ts';
import { providerUrl, secret, vendorName } from './variable-kinds.ts';

/** A provider, and the name its variables begin with. */
export interface Provider {
  readonly adapter: RealtimeAdapter;
  readonly prefix: string;
}

/** One variable of one provider. */
export interface ProviderVariable {
  readonly name: string;
  /** The adapter it belongs to. */
  readonly provider: string;
  /** The adapter's option that it sets. */
  readonly option: string;
  readonly schema: z.ZodType<string | undefined>;
}

/** Every provider of this gateway. */
export const PROVIDERS: readonly Provider[] = Object.entries(factories).map(([prefix, create]) => ({
  adapter: create(),
  prefix,
}));

/** What compatible servers of one's own need to be told besides key and address. */
const FURTHER_VARIABLES: readonly ProviderVariable[] = [
  {
    name: 'OPENAI_TRANSCRIPTION_MODEL',
    provider: 'openai',
    option: 'transcriptionModel',
    schema: vendorName('whisper-large-v3')
      .optional()
      .describe(
        'What transcribes the user; a compatible server needs the name of one of its own models (gpt-transcribe)',
      ),
  },
  {
    name: 'OPENAI_DEFAULT_VOICE',
    provider: 'openai',
    option: 'defaultVoice',
    schema: vendorName('marin')
      .optional()
      .describe('Voice of sessions that name none; compatible servers may have others (marin, of older servers alloy)'),
  },
];

/** The variables of every provider that is dialled: key, address, and what else it has. */
export const PROVIDER_VARIABLES: readonly ProviderVariable[] = PROVIDERS.filter(
  ({ adapter }) => adapter.kind === 'dialed',
).flatMap(({ adapter: { id }, prefix }): ProviderVariable[] => [
  {
    name: `${prefix}_API_KEY`,
    provider: id,
    option: 'apiKey',
    schema: secret().optional().describe(`Key for provider ${id}`),
  },
  {
    name: `${prefix}_BASE_URL`,
    provider: id,
    option: 'baseUrl',
    schema: providerUrl('https://proxy.example.com/v1')
      .optional()
      .describe(
        `Another address for provider ${id}, such as a proxy or a server of your own; the key may then be unset`,
      ),
  },
  ...FURTHER_VARIABLES.filter(({ provider }) => provider === id),
]);

/** Reads them all; absent where they are unset. */
export const providerVariablesSchema = z.object(
  Object.fromEntries(PROVIDER_VARIABLES.map(({ name, schema }) => [name, schema])),
);
