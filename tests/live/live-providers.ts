import { createGoogle } from '@speko/adapter-google';
import { createOpenAI } from '@speko/adapter-openai';
import { createXai } from '@speko/adapter-xai';
import type { FailureName } from '@speko/tests-behaviour';

/** A provider to call for real. */
export interface LiveProvider {
  readonly id: string;
  readonly model: string;
  /** One of the two has to be set. An address alone is for a server that asks for no key. */
  readonly keyVariable: string;
  readonly urlVariable: string;
  /** What makes it fail in the ways that need nobody's help. */
  readonly failures: Readonly<Partial<Record<FailureName, LiveFailure>>>;
}

/** How a call is set up so that a vendor fails, or why this one does not. */
export type LiveFailure = { readonly apiKey: string } | { readonly model: string } | { readonly cannotHappen: string };

/** `LIVE_OPENAI_MODEL` and its like choose another model. */
export const LIVE_PROVIDERS: readonly LiveProvider[] = [
  {
    id: 'openai',
    model: process.env['LIVE_OPENAI_MODEL'] ?? createOpenAI().exampleModel,
    keyVariable: 'OPENAI_API_KEY',
    urlVariable: 'OPENAI_BASE_URL',
    failures: { 'wrong-key': { apiKey: 'sk-invalid' }, 'unknown-model': { model: 'gpt-unknown' } },
  },
  {
    id: 'google',
    model: process.env['LIVE_GEMINI_MODEL'] ?? createGoogle().exampleModel,
    keyVariable: 'GEMINI_API_KEY',
    urlVariable: 'GEMINI_BASE_URL',
    failures: { 'wrong-key': { apiKey: 'AIza-invalid' }, 'unknown-model': { model: 'gemini-unknown-live' } },
  },
  {
    id: 'xai',
    model: process.env['LIVE_XAI_MODEL'] ?? createXai().exampleModel,
    keyVariable: 'XAI_API_KEY',
    urlVariable: 'XAI_BASE_URL',
    failures: {
      'wrong-key': { apiKey: 'xai-invalid' },
      'unknown-model': { cannotHappen: 'Grok Voice answers with another model, silently; "ready" names it.' },
    },
  },
];
