export { createAcme } from './acme-adapter.ts';
export { type AcmeOptions, acmeOptionsSchema } from './acme-options.ts';
