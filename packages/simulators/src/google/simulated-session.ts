import type { ServerProfile } from './server-profiles.ts';
import type { SimulatedEar } from './simulated-ear.ts';
import type { SimulatedConversation } from './simulated-memory.ts';
import type { SimulatedSetup } from './simulated-setup.ts';
import type { SimulatedTools } from './simulated-tools.ts';
import type { SimulatedFault } from './simulator-faults.ts';

/** What the setup of a connection settled. */
export interface SimulatedSession {
  readonly setup: SimulatedSetup;
  /** Of the setup, or of the update since. */
  instructions: string;
  readonly profile: ServerProfile;
  readonly faults: ReadonlySet<SimulatedFault>;
  readonly ear: SimulatedEar;
  readonly conversation: SimulatedConversation;
  readonly tools: SimulatedTools;
  readonly isManual: boolean;
}
