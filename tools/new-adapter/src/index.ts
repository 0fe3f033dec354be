export { findFaultOfId, findFaultOfName, spellId } from './adapter-names.ts';
export { writeAdapter } from './write-adapter.ts';
