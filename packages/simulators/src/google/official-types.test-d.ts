import type { LiveServerMessage, UsageMetadata } from '@google/genai';
// What goes over the wire, held against the types of the official package: a wrong field name fails the type check.
import type { Fits } from '@speko/adapter-testkit';
import type { SimulatedMessage, SimulatedUsage } from './server-messages.ts';

function expectTrue<_Claim extends true>(): void {}

// The wire names the kind of voice activity `type`; the official client renames it.
type TypedMessage = Omit<SimulatedMessage, 'voiceActivity' | 'usageMetadata'>;
expectTrue<Fits<TypedMessage, Omit<LiveServerMessage, 'text' | 'data' | 'voiceActivity' | 'usageMetadata'>>>();
expectTrue<Fits<SimulatedUsage, UsageMetadata>>();
