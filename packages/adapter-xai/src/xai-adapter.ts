import type { DialedAdapter } from '@speko/adapter';
import { CAPABILITIES } from './xai-capabilities.ts';
import { XaiCodec } from './xai-codec.ts';
import { planXaiDial } from './xai-dial-plan.ts';
import { parseXaiOptions, type XaiOptions } from './xai-options.ts';

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
