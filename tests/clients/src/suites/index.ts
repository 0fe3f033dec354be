import type { Suite } from '../suite.ts';
import { googleGenai } from './google-genai.ts';
import { livekit } from './livekit.ts';
import { pipecat } from './pipecat.ts';
import { spekoai } from './spekoai.ts';

/** All suites, in the order in which they run. */
export const SUITES: readonly Suite[] = [livekit, pipecat, googleGenai, spekoai];
