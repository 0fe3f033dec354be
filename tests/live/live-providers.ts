import { createGoogle } from '@speko/adapter-google';
import { createOpenAI } from '@speko/adapter-openai';
import { createXai } from '@speko/adapter-xai';

/** A provider to call for real. */
export interface LiveProvider {
  readonly id: string;
  readonly model: string;
  /** One of the two has to be set. An address alone is for a server that asks for no key. */
  readonly keyVariable: string;
  readonly urlVariable: string;
}

/** `LIVE_OPENAI_MODEL` and its like choose another model. */
export const LIVE_PROVIDERS: readonly LiveProvider[] = [
  {
    id: 'openai',
    model: process.env['LIVE_OPENAI_MODEL'] ?? createOpenAI().exampleModel,
    keyVariable: 'OPENAI_API_KEY',
    urlVariable: 'OPENAI_BASE_URL',
  },
  {
    id: 'google',
    model: process.env['LIVE_GEMINI_MODEL'] ?? createGoogle().exampleModel,
    keyVariable: 'GEMINI_API_KEY',
    urlVariable: 'GEMINI_BASE_URL',
  },
  {
    id: 'xai',
    model: process.env['LIVE_XAI_MODEL'] ?? createXai().exampleModel,
    keyVariable: 'XAI_API_KEY',
    urlVariable: 'XAI_BASE_URL',
  },
];
