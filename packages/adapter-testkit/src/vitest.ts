export { type AdapterConformance, defineAdapterConformance } from './conformance/define-adapter-conformance.ts';
