import type { ConversationOptions } from '@speko/client-browser';
import captureUrl from '@speko/client-browser/worklets/capture.js?url';
import playerUrl from '@speko/client-browser/worklets/player.js?url';
import { mintSession } from '../gateway/mint-session.ts';
import type { Settings } from '../settings/settings.ts';
import { toSessionRequest } from '../settings/to-session-request.ts';
import { pageStage } from '../tools/page-stage.ts';
import { createPageTools, toDefinition } from '../tools/page-tools.ts';
import type { Way } from './choose-way.ts';

const pageTools = createPageTools(pageStage);

/** Options of every call; they read the settings when they are asked for. */
export function callOptions(latest: () => { settings: Settings; by: Way }): ConversationOptions {
  const tools = () => (latest().settings.tools ? pageTools : []);
  return {
    // A user who refuses the microphone leaves no session behind, and the gateway is near.
    mintAfterPermission: true,
    workletUrls: { capture: captureUrl, player: playerUrl },
    getSession: ({ signal }) => mintSession(toSessionRequest(latest().settings, tools().map(toDefinition)), signal),
    get tools() {
      return tools();
    },
    get turnDetection() {
      return latest().settings.turnTaking === 'auto' ? 'auto' : 'manual';
    },
    get microphone() {
      return latest().by === 'voice' ? { deviceId: latest().settings.microphone } : false;
    },
    get speaker() {
      return latest().by === 'reading' ? false : { deviceId: latest().settings.speaker };
    },
  };
}
