import type { SessionSettings } from './access.ts';

/** Settings of a session with the hostile vendor. */
export type ManneredSession = SessionSettings & { readonly provider: string; readonly model: string };

let nextSession = 0;

/** Settings of a session whose vendor has this manner; the model is one of a kind, so that its statistics are its own. */
export function mannered(provider: string, manner: string, more: SessionSettings = {}): ManneredSession {
  return { provider, model: `${manner}~${process.pid}-${++nextSession}`, ...more };
}
