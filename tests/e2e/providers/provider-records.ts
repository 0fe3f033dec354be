import type { ProviderFrame } from '@speko/adapter';
import { createGoogle } from '@speko/adapter-google';
import { createOpenAI } from '@speko/adapter-openai';
import { createXai } from '@speko/adapter-xai';
import { createGoogleSimulator } from '@speko/simulators/google';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { createXaiSimulator } from '@speko/simulators/xai';
import { transcribeLikeEcho } from './answer-like-echo.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

/** Delays are short, and a transcription comes before the answer it prompts. */
const QUICK = { transcribe: transcribeLikeEcho, responseDelayMs: 20 };
const GOOGLE_KEEPS_ALL =
  'Gemini Live cannot be told what was heard; it keeps by itself what it had sent when the user spoke up.';
const XAI_NAMES_NO_LIMIT = 'Grok Voice is not known to name a limit in the middle of a call.';
const TRANSCRIBES_AT_ONCE = { transcriptionDelaysMs: [5] };

export const ECHO: ProviderUnderTest = {
  id: 'echo',
  model: 'echo',
  lacks: both({
    temperature: 'The echo repeats what it hears: nothing is sampled that a temperature could change.',
    voice: "The echo answers in the caller's own voice.",
    resumption: 'The echo lives in the gateway: there is no connection that could drop.',
    fullDuplex: 'The echo waits for the end of a turn before it answers.',
  }),
};

export const OPENAI: ProviderUnderTest = {
  id: 'openai',
  model: 'gpt-realtime-2.1',
  lacks: both({
    temperature: 'The OpenAI Realtime API has no temperature setting.',
    resumption: 'The OpenAI Realtime API cannot resume a conversation; a new connection is told the history instead.',
    fullDuplex: 'The OpenAI Realtime API takes turns.',
  }),
  vendor: {
    apiKey: 'sk-simulated-0123456789abcdefghijklmnop',
    createSimulator: (manners) => createOpenAISimulator({ ...QUICK, ...TRANSCRIBES_AT_ONCE, ...manners }),
    createEntry({ url, apiKey }) {
      const adapter = createOpenAI();
      return { state: 'configured', adapter, options: adapter.parseOptions({ apiKey, baseUrl: `${url}/v1` }) };
    },
    audioMessage: /"response\.output_audio\.delta"/,
    readHeardMs: readTruncation,
    failures: {
      'wrong-key': { apiKey: 'sk-invalid' },
      'unknown-model': { model: 'gpt-unknown' },
      'quota-exceeded': { apiKey: 'sk-no-credit' },
      overload: { apiKey: 'sk-http-503' },
      'quota-exceeded-later': { model: 'gpt-realtime-2.1-fault-no-credit' },
      'rate-limited-later': { model: 'gpt-realtime-2.1-fault-rate-limit' },
    },
  },
};

export const GOOGLE: ProviderUnderTest = {
  id: 'google',
  model: 'gemini-3.8-live',
  lacks: {
    automatic: {
      clear: 'With automatic turn detection audio is sent at once, and Gemini Live cannot forget it.',
      interrupt:
        'Gemini Live has no message that stops a response while it detects turns itself; what it still says is not played.',
      truncate: GOOGLE_KEEPS_ALL,
      fullDuplex: 'Gemini Live takes turns.',
    },
    // Turns ended by hand are held back by the gateway, and opening one stops the model.
    manual: { truncate: GOOGLE_KEEPS_ALL, fullDuplex: 'Gemini Live takes turns.' },
  },
  vendor: {
    apiKey: 'AIzaSimulated0123456789abcdefghijklmno',
    createSimulator: (manners) =>
      // A turn is over once it has been played: so much faster, that this is as soon as it has been generated.
      createGoogleSimulator({ ...QUICK, setupDelayMs: 5, playbackSpeed: 1000, ...manners }),
    createEntry({ url, apiKey }) {
      const adapter = createGoogle();
      return { state: 'configured', adapter, options: adapter.parseOptions({ apiKey, baseUrl: url }) };
    },
    audioMessage: /"modelTurn"/,
    readHeardMs: () => undefined,
    failures: {
      'wrong-key': { apiKey: 'AIza-invalid' },
      'unknown-model': { model: 'gemini-unknown-live' },
      'quota-exceeded': { apiKey: 'AIza-no-quota' },
      overload: { apiKey: 'AIza-http-503' },
      'quota-exceeded-later': { model: 'gemini-3.8-live-fault-quota-exceeded' },
      'rate-limited-later': {
        cannotHappen: 'Gemini Live knows one limit, the quota, and closes the connection for it.',
      },
    },
  },
};

export const XAI: ProviderUnderTest = {
  id: 'xai',
  model: 'grok-voice-3.0',
  lacks: both({
    temperature: 'The xAI Grok Voice Agent API has no temperature setting.',
    fullDuplex: 'The xAI Grok Voice Agent API takes turns.',
  }),
  vendor: {
    apiKey: 'xai-simulated-0123456789abcdefghijklmnop',
    createSimulator: (manners) => createXaiSimulator({ ...QUICK, ...TRANSCRIBES_AT_ONCE, ...manners }),
    createEntry({ url, apiKey }) {
      const adapter = createXai();
      return { state: 'configured', adapter, options: adapter.parseOptions({ apiKey, baseUrl: `${url}/v1` }) };
    },
    audioMessage: /"response\.output_audio\.delta"/,
    readHeardMs: readTruncation,
    failures: {
      'wrong-key': { apiKey: 'xai-invalid' },
      'unknown-model': { cannotHappen: 'Grok Voice answers with another model, silently; "ready" names it.' },
      'quota-exceeded': { apiKey: 'xai-no-credit' },
      overload: { apiKey: 'xai-http-503' },
      'quota-exceeded-later': { cannotHappen: XAI_NAMES_NO_LIMIT },
      'rate-limited-later': { cannotHappen: XAI_NAMES_NO_LIMIT },
    },
  },
};

function both(lacks: ProviderUnderTest['lacks']['manual']): ProviderUnderTest['lacks'] {
  return { automatic: lacks, manual: lacks };
}

/** `conversation.item.truncate`, which OpenAI and xAI share. */
function readTruncation(frame: ProviderFrame): number | undefined {
  if (typeof frame !== 'string' || !frame.includes('conversation.item.truncate')) return undefined;
  return (JSON.parse(frame) as { audio_end_ms: number }).audio_end_ms;
}
