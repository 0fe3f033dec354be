import type { AdapterCapabilities, DialedAdapter } from '@speko/adapter';
import { OpenAICodec } from './openai-codec.ts';
import { planOpenAIDial } from './openai-dial-plan.ts';
import { type OpenAIOptions, parseOpenAIOptions } from './openai-options.ts';

const CAPABILITIES: AdapterCapabilities = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: true,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: false,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
  reasons: {
    temperature: 'The OpenAI Realtime API has no temperature setting.',
    resumption: 'The OpenAI Realtime API cannot resume a conversation; a new connection is told the history instead.',
    fullDuplex: 'The OpenAI Realtime API takes turns.',
  },
};

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
