export { createOpenAI } from './create-openai.ts';
export { type OpenAIOptions, type OpenAIOptionsInput, openAIOptionsSchema } from './openai-options.ts';
