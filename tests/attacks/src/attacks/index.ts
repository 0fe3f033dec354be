import type { Attack } from '../attack.ts';
import { badCredentials } from './bad-credentials.ts';
import { bigDatabase } from './big-database.ts';
import { bigToolResults } from './big-tool-results.ts';
import { browserClient } from './browser-client.ts';
import { burstBeforeReady } from './burst-before-ready.ts';
import { burstWhileReconnecting } from './burst-while-reconnecting.ts';
import { clientFloods } from './client-floods.ts';
import { clockJumps } from './clock-jumps.ts';
import { crashedGateway } from './crashed-gateway.ts';
import { eventStreams } from './event-streams.ts';
import { fileModes } from './file-modes.ts';
import { fullDisk } from './full-disk.ts';
import { hundredTokens } from './hundred-tokens.ts';
import { idleConnections } from './idle-connections.ts';
import { lockedStore } from './locked-store.ts';
import { longDelta } from './long-delta.ts';
import { mintFlood } from './mint-flood.ts';
import { nodeClient } from './node-client.ts';
import { pageBehindProxy } from './page-behind-proxy.ts';
import { quotedPrompt } from './quoted-prompt.ts';
import { readsNoAnswers } from './reads-no-answers.ts';
import { readsNothing } from './reads-nothing.ts';
import { schemaBomb } from './schema-bomb.ts';
import { secondGateway } from './second-gateway.ts';
import { slowReaders } from './slow-readers.ts';
import { tokenRace } from './token-race.ts';
import { toldToSlowDown } from './told-to-slow-down.ts';
import { unknownFields } from './unknown-fields.ts';
import { vendorFloods } from './vendor-floods.ts';
import { vendorLeaves } from './vendor-leaves.ts';
import { vendorTakesNothing } from './vendor-takes-nothing.ts';

/** Every attack, by who does it: a client, a vendor, a key, anybody, the operator and the clock, and those on clients. */
export const ATTACKS: readonly Attack[] = [
  burstBeforeReady,
  burstWhileReconnecting,
  ...clientFloods,
  toldToSlowDown,
  bigToolResults,
  readsNothing,
  readsNoAnswers,
  hundredTokens,
  tokenRace,
  vendorTakesNothing,
  ...vendorFloods,
  ...vendorLeaves,
  longDelta,
  quotedPrompt,
  schemaBomb,
  unknownFields,
  eventStreams,
  mintFlood,
  slowReaders,
  bigDatabase,
  badCredentials,
  idleConnections,
  pageBehindProxy,
  lockedStore,
  secondGateway,
  crashedGateway,
  fileModes,
  fullDisk,
  clockJumps,
  browserClient,
  nodeClient,
];
