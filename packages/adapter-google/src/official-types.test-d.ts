import type { LiveClientMessage, LiveClientSetup, LiveServerMessage, Schema, UsageMetadata } from '@google/genai';
// What goes over the wire, held against the types of the official package: a wrong field name fails the type check.
import type { Fits } from '@speko/adapter-testkit';
import type { GoogleClientMessage, GoogleSchema, GoogleSetup } from './google-client-events.ts';

function expectTrue<_Claim extends true>(): void {}

// The adapter.
type Message<Key extends string> = Extract<GoogleClientMessage, Record<Key, unknown>>;

expectTrue<Fits<Message<'realtimeInput'>, LiveClientMessage>>();
expectTrue<Fits<Message<'clientContent'>, LiveClientMessage>>();
expectTrue<Fits<Message<'toolResponse'>, LiveClientMessage>>();
expectTrue<Fits<GoogleSchema, Schema>>();
/** The tools are a wide union there, and `thinkingLevel` and the like are compared below by their names. */
expectTrue<Fits<Omit<GoogleSetup, 'tools'>, Omit<LiveClientSetup, 'tools'>>>();

// The check itself: a misspelt field at any depth and a wrong value are noticed.
// @ts-expect-error -- `activityBegin` is no field of the official type
expectTrue<Fits<{ realtimeInput: { activityBegin: object } }, LiveClientMessage>>();
// @ts-expect-error -- `silenceMs` is no field of the official type
expectTrue<Fits<{ realtimeInputConfig: { automaticActivityDetection: { silenceMs: number } } }, LiveClientSetup>>();
// @ts-expect-error -- a handle is text
expectTrue<Fits<{ sessionResumptionUpdate: { newHandle: number } }, LiveServerMessage>>();
// @ts-expect-error -- the modality is no such word
expectTrue<Fits<{ promptTokensDetails: { modality: 'SOUND'; tokenCount: number }[] }, UsageMetadata>>();
