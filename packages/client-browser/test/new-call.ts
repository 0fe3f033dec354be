import { afterEach, beforeEach, vi } from 'vitest';
import type { ConversationOptions, GetSessionContext } from '../src/conversation/conversation-options.ts';
import type { Conversation } from '../src/conversation/conversation.ts';
import { createConversation } from '../src/conversation/create-conversation.ts';
import { FakeSink, FakeSource } from './fake-audio.ts';
import { createFakeGateway, infoOf, type FakeConnection, type FakeGateway } from './fake-gateway.ts';
import { FakePage } from './fake-page.ts';

/** A conversation with everything around it that a test may play with. */
export interface TestCall {
  readonly conversation: Conversation;
  readonly gateway: FakeGateway;
  readonly source: FakeSource;
  readonly sink: FakeSink;
  /** How `getSession` was asked. */
  readonly asked: GetSessionContext[];
}

/** Fakes clock and page, and sees to it that no test leaves timers or listeners behind. */
export function useFakePage(): { readonly page: FakePage } {
  const current = { page: undefined as unknown as FakePage };
  const conversations: Conversation[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(1);
    current.page = new FakePage();
    track = (conversation) => conversations.push(conversation);
  });
  afterEach(async () => {
    await Promise.all(conversations.splice(0).map((conversation) => conversation.end()));
    const left = { timers: vi.getTimerCount(), listeners: current.page.listeners };
    vi.useRealTimers();
    vi.unstubAllGlobals();
    if (left.timers + left.listeners > 0) throw new Error(`Left behind: ${JSON.stringify(left)}`);
  });
  return current;
}

let track: (conversation: Conversation) => void;

/** An idle conversation. Session numbers count up with each mint. */
export function newCall(options: ConversationOptions = {}): TestCall {
  const gateway = createFakeGateway();
  const source = new FakeSource();
  const sink = new FakeSink();
  const asked: GetSessionContext[] = [];
  const conversation = createConversation({
    getSession: (context) => {
      asked.push(context);
      return infoOf(asked.length);
    },
    createTransport: gateway.createTransport,
    microphone: source,
    speaker: sink,
    ...options,
  });
  track(conversation);
  return { conversation, gateway, source, sink, asked };
}

/** Lets promises settle; no time passes. */
export const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A conversation that is connected and ready. */
export async function startCall(options: ConversationOptions = {}): Promise<TestCall & { connection: FakeConnection }> {
  const call = newCall(options);
  const started = call.conversation.start();
  await settle();
  const connection = call.gateway.last;
  connection.open();
  connection.say({ t: 'ready', inputSampleRate: 16_000, outputSampleRate: 24_000 });
  await started;
  return { ...call, connection };
}

/** What a promise rejects with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** A promise that the test settles. */
export function deferred<Value = void>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((given) => (resolve = given));
  return { promise, resolve };
}
