import type { DialedAdapter } from '@speko/adapter';
import { CAPABILITIES } from './brook-capabilities.ts';
import { BrookCodec } from './brook-codec.ts';
import { planBrookDial } from './brook-dial-plan.ts';
import { type BrookOptions, parseBrookOptions } from './brook-options.ts';

/** The adapter for Brook Voice. */
export function createBrook(): DialedAdapter<BrookOptions> {
  return {
    kind: 'dialed',
    id: 'brook',
    displayName: 'Brook Voice',
    capabilities: CAPABILITIES,
    exampleModel: 'brook-1',
    parseOptions: parseBrookOptions,
    plan: planBrookDial,
    createCodec: (config) => new BrookCodec(config),
  };
}
