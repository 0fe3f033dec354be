// The browser's client, its own code, without devices, for the attack on it.
import { createConversation } from '@speko/client-browser';
import { readOptions, serveParent } from './serve-parent.ts';

/** What the client did so far. */
export interface BrowserClientReport {
  /** How often it asked for a session, each of which costs a mint and a vendor's connection. */
  readonly sessions: number;
  /** Errors that nobody handled. */
  readonly unhandled: number;
}

const { wsUrl } = readOptions<{ readonly wsUrl: string }>();
let sessions = 0;
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);
process.on('uncaughtException', () => unhandled++);

const conversation = createConversation({
  microphone: false,
  speaker: false,
  getSession: () => ({
    mode: 's2s',
    sessionId: `ses_${++sessions}`,
    wsUrl,
    wsToken: 'wst_attack',
    inputSampleRate: 24_000,
    outputSampleRate: 24_000,
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    maxDurationSeconds: 1800,
  }),
});

serveParent({
  start() {
    conversation.start().catch(() => undefined);
  },
  report: (): BrowserClientReport => ({ sessions, unhandled }),
});
