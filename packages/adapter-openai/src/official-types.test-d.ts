import type { SimulatedEvent, SimulatedItem, SimulatedResponse } from '@speko/simulators/openai';
import type { SimulatedSession } from '@speko/simulators/openai';
// What goes over the wire, held against the types of the official package: a wrong field name fails the type check.
import type { SessionUpdateEvent as OfficialBetaSessionUpdate } from 'openai/resources/beta/realtime/realtime';
import type { ConversationItem, RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import type { BetaAssistantMessage, BetaSessionUpdate, OpenAIClientEvent, OpenAIItem } from './openai-client-events.ts';

type KeysOfAny<Union> = Union extends Union ? keyof Union : never;
type FieldOfAny<Union, Key extends PropertyKey> = Union extends Union
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;
type ElementOfAny<Union> = Union extends readonly (infer Element)[] ? Element : never;

/** Names of fields, at any depth, that `Ours` has and no member of `Theirs` knows. */
type UnknownFields<Ours, Theirs> = unknown extends Theirs
  ? never
  : Ours extends readonly (infer Element)[]
    ? UnknownFields<Element, ElementOfAny<Theirs>>
    : Ours extends object
      ? {
          [Key in keyof Ours]-?: Key extends KeysOfAny<NonNullable<Theirs>>
            ? UnknownFields<NonNullable<Ours[Key]>, FieldOfAny<NonNullable<Theirs>, Key>>
            : Key;
        }[keyof Ours]
      : never;

/** `true`, or what is wrong. */
type Fits<Ours, Theirs> = [UnknownFields<Ours, Theirs>] extends [never]
  ? [Ours] extends [Theirs]
    ? true
    : { notAssignable: Exclude<Ours, Theirs> }
  : { unknownFields: UnknownFields<Ours, Theirs> };

function expectTrue<_Claim extends true>(): void {}

// The adapter.
type ItemCreate = Extract<OpenAIClientEvent, { type: 'conversation.item.create' }>;
type CurrentEvent =
  | Exclude<OpenAIClientEvent, ItemCreate | BetaSessionUpdate>
  | (Omit<ItemCreate, 'item'> & { item: OpenAIItem });
type ClientEventOf<Type> = Extract<RealtimeClientEvent, { type: Type }>;
type ClientFits = { [Type in CurrentEvent['type']]: Fits<Extract<CurrentEvent, { type: Type }>, ClientEventOf<Type>> };

expectTrue<ClientFits['session.update']>();
expectTrue<ClientFits['input_audio_buffer.append']>();
expectTrue<ClientFits['input_audio_buffer.commit']>();
expectTrue<ClientFits['input_audio_buffer.clear']>();
expectTrue<ClientFits['conversation.item.create']>();
expectTrue<ClientFits['conversation.item.delete']>();
expectTrue<ClientFits['conversation.item.truncate']>();
expectTrue<ClientFits['response.create']>();
expectTrue<ClientFits['response.cancel']>();
expectTrue<ClientFits[keyof ClientFits]>();
expectTrue<Fits<Exclude<ItemCreate['item'], BetaAssistantMessage>, ConversationItem>>();
/** Turns ended by hand are `turn_detection: null`, which the beta's documentation has and its types have not. */
type TypedBetaSession = WithoutNulls<BetaSessionUpdate['session']>;
expectTrue<Fits<Omit<BetaSessionUpdate, 'session'> & { session: TypedBetaSession }, OfficialBetaSessionUpdate>>();

// The simulator. The service sends more, and nulls in more places, than the types admit; each such place is named here.
type WithoutNulls<Value> = Value extends readonly (infer Element)[]
  ? WithoutNulls<Element>[]
  : Value extends object
    ? { [Key in keyof Value]: WithoutNulls<Exclude<Value[Key], null | undefined>> }
    : Value;
type Typed<Event> = Event extends { type: 'session.created' | 'session.updated' }
  ? Omit<Event, 'session'> & { session: TypedSession }
  : Event extends { type: 'response.created' | 'response.done' }
    ? Omit<Event, 'response'> & { response: TypedResponse }
    : Event extends { type: 'conversation.item.added' | 'conversation.item.done' | 'conversation.item.retrieved' }
      ? Omit<Event, 'item'> & { item: WithoutNulls<SimulatedItem> }
      : Event extends { type: `response.output_item.${string}` }
        ? Omit<Event, 'item'> & { item: WithoutNulls<SimulatedItem> }
        : Omit<Event, 'obfuscation'>;
/** `id`, `object` and `expires_at` are in every capture and in no type; the others are echoed as the client sent them. */
type TypedSession = WithoutNulls<
  Omit<SimulatedSession, 'id' | 'object' | 'expires_at' | 'tools' | 'tool_choice' | 'prompt'>
>;
/** `status_details` is a string on some servers. */
type TypedResponse = WithoutNulls<
  Omit<SimulatedResponse, 'status_details'> & { status_details: Exclude<SimulatedResponse['status_details'], string> }
>;
type ServerEventOf<Type> = Extract<RealtimeServerEvent, { type: Type }>;
type ServerFits = {
  [Type in SimulatedEvent['type']]: Fits<
    Typed<Extract<SimulatedEvent, { type: Type }>> & { event_id: string },
    ServerEventOf<Type>
  >;
};

expectTrue<ServerFits['session.created']>();
expectTrue<ServerFits['conversation.item.added']>();
expectTrue<ServerFits['response.created']>();
expectTrue<ServerFits['response.done']>();
expectTrue<ServerFits['response.output_audio.delta']>();
expectTrue<ServerFits['response.function_call_arguments.done']>();
expectTrue<ServerFits['conversation.item.input_audio_transcription.completed']>();
expectTrue<ServerFits['error']>();
expectTrue<ServerFits[keyof ServerFits]>();

// The check itself: a misspelt field and a missing one are noticed.
interface Truncate {
  type: 'conversation.item.truncate';
  item_id: string;
  content_index: number;
  audio_end_ms: number;
}
expectTrue<Fits<Truncate, ClientEventOf<'conversation.item.truncate'>>>();
// @ts-expect-error -- `even_id` is no field of the official type
expectTrue<Fits<Truncate & { even_id: string }, ClientEventOf<'conversation.item.truncate'>>>();
// @ts-expect-error -- `audio_end_ms` is required
expectTrue<Fits<Omit<Truncate, 'audio_end_ms'>, ClientEventOf<'conversation.item.truncate'>>>();
