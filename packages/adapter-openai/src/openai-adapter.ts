import type { DialedAdapter } from '@speko/adapter';
import { CAPABILITIES } from './openai-capabilities.ts';
import { OpenAICodec } from './openai-codec.ts';
import { planOpenAIDial } from './openai-dial-plan.ts';
import { type OpenAIOptions, parseOpenAIOptions } from './openai-options.ts';

/** The adapter for the OpenAI Realtime API, Azure OpenAI, and servers that speak the same dialect. */
export function createOpenAI(): DialedAdapter<OpenAIOptions> {
  return {
    kind: 'dialed',
    id: 'openai',
    displayName: 'OpenAI',
    capabilities: CAPABILITIES,
    exampleModel: 'gpt-realtime-2.1',
    parseOptions: parseOpenAIOptions,
    plan: planOpenAIDial,
    createCodec: (config, options) => new OpenAICodec(config, options),
  };
}
