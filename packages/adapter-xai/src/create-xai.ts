import type { AdapterCapabilities, DialedAdapter } from '@speko/adapter';
import { XaiCodec } from './xai-codec.ts';
import { planXaiDial } from './xai-dial-plan.ts';
import { parseXaiOptions, type XaiOptions } from './xai-options.ts';

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
  resumption: true,
  fullDuplex: false,
  reasons: {
    temperature: 'The xAI Grok Voice Agent API has no temperature setting.',
    fullDuplex: 'The xAI Grok Voice Agent API takes turns.',
  },
};

/** The adapter for the xAI Grok Voice Agent API. */
export function createXai(): DialedAdapter<XaiOptions> {
  return {
    kind: 'dialed',
    id: 'xai',
    displayName: 'xAI Grok Voice',
    capabilities: CAPABILITIES,
    exampleModel: 'grok-voice-3.0',
    parseOptions: parseXaiOptions,
    plan: planXaiDial,
    createCodec: (config, options) => new XaiCodec(config, options),
  };
}
