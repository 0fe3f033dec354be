export { createOpenAI } from './create-openai.ts';
export type { OpenAIOptions, OpenAIOptionsInput } from './openai-options.ts';
