export { createOpenAI } from './openai-adapter.ts';
export { type OpenAIOptions, type OpenAIOptionsInput, openAIOptionsSchema } from './openai-options.ts';
