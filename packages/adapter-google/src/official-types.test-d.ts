// What goes over the wire, held against the types of the official package: a wrong field name fails the type check.
import type { LiveClientMessage, LiveClientSetup, LiveServerMessage, Schema, UsageMetadata } from '@google/genai';
import type { SimulatedMessage, SimulatedUsage } from '@speko/simulators/google';
import type { GoogleClientMessage, GoogleSchema, GoogleSetup } from './google-client-messages.ts';

type KeysOfAny<Union> = Union extends Union ? keyof Union : never;
type FieldOfAny<Union, Key extends PropertyKey> = Union extends Union
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;
type ElementOfAny<Union> = Union extends readonly (infer Element)[] ? Element : never;

/** Names of fields, at any depth, that `Ours` has and no member of `Theirs` knows. `Depth` ends recursive types. */
type UnknownFields<Ours, Theirs, Depth extends readonly unknown[] = []> = Depth['length'] extends 12
  ? never
  : unknown extends Theirs
    ? never
    : Ours extends readonly (infer Element)[]
      ? UnknownFields<Element, ElementOfAny<Theirs>, [...Depth, 0]>
      : Ours extends object
        ? {
            [Key in keyof Ours]-?: string extends Key
              ? never
              : Key extends KeysOfAny<NonNullable<Theirs>>
                ? UnknownFields<NonNullable<Ours[Key]>, FieldOfAny<NonNullable<Theirs>, Key>, [...Depth, 0]>
                : Key;
          }[keyof Ours]
        : never;

/** Enumerations of the official types are compared by their values, and readonly marks make no difference. */
type Plain<Value> = Value extends string
  ? `${Value}`
  : Value extends readonly (infer Element)[]
    ? Plain<Element>[]
    : Value extends (...args: never[]) => unknown
      ? Value
      : Value extends object
        ? { -readonly [Key in keyof Value]: Plain<Value[Key]> }
        : Value;

/** `true`, or what is wrong. */
type Fits<Ours, Theirs> = [UnknownFields<Ours, Theirs>] extends [never]
  ? [Plain<Ours>] extends [Plain<Theirs>]
    ? true
    : { notAssignable: Ours }
  : { unknownFields: UnknownFields<Ours, Theirs> };

function expectTrue<_Claim extends true>(): void {}

// The adapter.
type Message<Key extends string> = Extract<GoogleClientMessage, Record<Key, unknown>>;

expectTrue<Fits<Message<'realtimeInput'>, LiveClientMessage>>();
expectTrue<Fits<Message<'clientContent'>, LiveClientMessage>>();
expectTrue<Fits<Message<'toolResponse'>, LiveClientMessage>>();
expectTrue<Fits<GoogleSchema, Schema>>();
/** The tools are a wide union there, and `thinkingLevel` and the like are compared below by their names. */
expectTrue<Fits<Omit<GoogleSetup, 'tools'>, Omit<LiveClientSetup, 'tools'>>>();

// The simulator. The wire names the kind of voice activity `type`; the official client renames it.
type TypedMessage = Omit<SimulatedMessage, 'voiceActivity' | 'usageMetadata'>;
expectTrue<Fits<TypedMessage, Omit<LiveServerMessage, 'text' | 'data' | 'voiceActivity' | 'usageMetadata'>>>();
expectTrue<Fits<SimulatedUsage, UsageMetadata>>();

// The check itself: a misspelt field at any depth and a wrong value are noticed.
// @ts-expect-error -- `activityBegin` is no field of the official type
expectTrue<Fits<{ realtimeInput: { activityBegin: object } }, LiveClientMessage>>();
// @ts-expect-error -- `silenceMs` is no field of the official type
expectTrue<Fits<{ realtimeInputConfig: { automaticActivityDetection: { silenceMs: number } } }, LiveClientSetup>>();
// @ts-expect-error -- a handle is text
expectTrue<Fits<{ sessionResumptionUpdate: { newHandle: number } }, LiveServerMessage>>();
// @ts-expect-error -- the modality is no such word
expectTrue<Fits<{ promptTokensDetails: { modality: 'SOUND'; tokenCount: number }[] }, UsageMetadata>>();
