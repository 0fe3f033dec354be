// Every provider of this gateway, one line each: the factory of its adapter, under the name that its environment
// variables begin with. `XAI` reads XAI_API_KEY and XAI_BASE_URL; a provider inside the process reads none.
export { createEcho as ECHO } from '@speko/adapter-echo';
export { createOpenAI as OPENAI } from '@speko/adapter-openai';
export { createGoogle as GEMINI } from '@speko/adapter-google';
export { createXai as XAI } from '@speko/adapter-xai';
