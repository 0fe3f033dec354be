// What goes over the wire, held against the types of the official package: a wrong field name fails the type check.
import type { Fits } from '@speko/adapter-testkit';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import type { SimulatedEvent, SimulatedItem, SimulatedResponse } from './server-events.ts';
import type { SimulatedSession } from './session-settings.ts';

function expectTrue<_Claim extends true>(): void {}

// The service sends more, and nulls in more places, than the types admit; each such place is named here.
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
