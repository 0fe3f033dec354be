// The Node client, its own code, for the attack on it. It opens a call and reads nothing of it, or only mints.
import { RealtimeSession, Speko } from '@speko/client-node';
import { readOptions, serveParent } from './serve-parent.ts';

const { wsUrl, baseUrl } = readOptions<{ readonly wsUrl?: string; readonly baseUrl?: string }>();
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);
process.on('uncaughtException', () => unhandled++);
/** Kept, as an application keeps its call. */
let session: RealtimeSession | undefined;

async function open(url: string): Promise<void> {
  session = await RealtimeSession.open({
    mode: 's2s',
    sessionId: 'ses_1',
    wsUrl: url,
    wsToken: 'wst_attack',
    inputSampleRate: 24_000,
    outputSampleRate: 24_000,
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    maxDurationSeconds: 1800,
  });
}

serveParent({
  start: () => undefined,
  go() {
    const done =
      wsUrl === undefined
        ? new Speko({ apiKey: 'key', ...(baseUrl === undefined ? {} : { baseUrl }) }).createSession({
            provider: 'echo',
            model: 'echo',
          })
        : open(wsUrl);
    // An error that is told to the caller is a fine answer to nonsense.
    done.catch(() => undefined);
  },
  unhandled: () => unhandled,
  isOpen: () => session !== undefined,
});
