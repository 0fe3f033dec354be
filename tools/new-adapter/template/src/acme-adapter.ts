import type { DialedAdapter } from '@speko/adapter';
import { CAPABILITIES } from './acme-capabilities.ts';
import { AcmeCodec } from './acme-codec.ts';
import { planAcmeDial } from './acme-dial-plan.ts';
import { type AcmeOptions, parseAcmeOptions } from './acme-options.ts';

/** The adapter for Acme. */
export function createAcme(): DialedAdapter<AcmeOptions> {
  return {
    kind: 'dialed',
    id: 'acme',
    displayName: 'Acme',
    capabilities: CAPABILITIES,
    // Step 2: a model of the vendor, for examples and for `doctor`.
    exampleModel: 'acme-1',
    parseOptions: parseAcmeOptions,
    plan: planAcmeDial,
    createCodec: (config) => new AcmeCodec(config),
  };
}
