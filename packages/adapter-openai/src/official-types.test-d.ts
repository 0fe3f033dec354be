// What goes over the wire, held against the types of the official package: a wrong field name fails the type check.
import type { Fits } from '@speko/adapter-testkit';
import type { SessionUpdateEvent as OfficialBetaSessionUpdate } from 'openai/resources/beta/realtime/realtime';
import type { ConversationItem, RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { BetaAssistantMessage, BetaSessionUpdate, OpenAIClientEvent, OpenAIItem } from './openai-client-events.ts';

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
type WithoutNulls<Value> = Value extends readonly (infer Element)[]
  ? WithoutNulls<Element>[]
  : Value extends object
    ? { [Key in keyof Value]: WithoutNulls<Exclude<Value[Key], null | undefined>> }
    : Value;
/** Turns ended by hand are `turn_detection: null`, which the beta's documentation has and its types have not. */
type TypedBetaSession = WithoutNulls<BetaSessionUpdate['session']>;
expectTrue<Fits<Omit<BetaSessionUpdate, 'session'> & { session: TypedBetaSession }, OfficialBetaSessionUpdate>>();

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
