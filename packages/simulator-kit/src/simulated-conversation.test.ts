import { samplesToPcm } from '@speko/audio';
import { expect, test } from 'vitest';
import { type ConversationEvent, type ConversationSettings, SimulatedConversation } from './simulated-conversation.ts';
import { synthesiseVoice } from './synthesise-voice.ts';

const speech = samplesToPcm(synthesiseVoice('good morning to you')).slice();
const silence = new Uint8Array(48 * 700);
const plain: ConversationSettings = { turnDetection: 'auto', tools: [] };

/** Lets time pass to the end of what the conversation has to say. */
function finish(conversation: SimulatedConversation): ConversationEvent[] {
  const events = [...conversation.takeEvents()];
  while (conversation.wakeAtMs !== undefined) {
    conversation.wake(conversation.wakeAtMs);
    events.push(...conversation.takeEvents());
  }
  return events;
}

const typesOf = (events: readonly ConversationEvent[]) => [...new Set(events.map(({ type }) => type))];
const wordsOf = (events: readonly ConversationEvent[]) =>
  events.flatMap((event) => (event.type === 'words' ? [event.delta] : [])).join('');

test('a spoken turn is detected by its silence, transcribed and answered', () => {
  const conversation = new SimulatedConversation(plain);
  conversation.append(speech, 0);
  conversation.append(silence, 1000);
  const events = finish(conversation);
  expect(typesOf(events)).toEqual([
    'speech-started',
    'speech-stopped',
    'turn-committed',
    'turn-transcribed',
    'response-started',
    'words',
    'audio',
    'response-ended',
  ]);
  expect(wordsOf(events)).toBe('simulated: 1.1 s of speech');
});

test('without detection only a commit ends a turn, and one of nothing does nothing', () => {
  const conversation = new SimulatedConversation({ ...plain, turnDetection: 'manual' });
  conversation.append(speech, 0);
  conversation.append(silence, 1000);
  expect(conversation.takeEvents()).toEqual([]);
  conversation.clear();
  conversation.commit(2000);
  expect(finish(conversation)).toEqual([]);
  conversation.append(speech, 3000);
  conversation.commit(4000);
  expect(typesOf(finish(conversation))[0]).toBe('turn-committed');
});

test('speech cuts the answer that is being said, and what was not said is never said', () => {
  const conversation = new SimulatedConversation(plain);
  conversation.text('Tell me a story.', 0);
  conversation.wake(200);
  expect(typesOf(conversation.takeEvents())).toContain('audio');
  conversation.append(speech.subarray(0, 9600), 200);
  expect(conversation.takeEvents()).toMatchObject([
    { type: 'speech-started' },
    { type: 'response-ended', status: 'cancelled', responseId: 'answer-1' },
  ]);
  expect(finish(conversation)).toEqual([]);
});

test('an answer that is cancelled before it was announced is not announced', () => {
  const conversation = new SimulatedConversation(plain);
  conversation.text('Hello.', 0);
  conversation.cancel();
  expect(finish(conversation)).toEqual([]);
});

test('tools that typed text names are called, and the model goes on after the last result', () => {
  const tools = ['lookup', 'clock'].map((name) => ({ name, description: '', parameters: {} }));
  const conversation = new SimulatedConversation({ ...plain, tools });
  conversation.text('Call lookup and clock.', 0);
  const calls = finish(conversation).filter((event) => event.type === 'tool-called');
  expect(calls).toMatchObject([{ name: 'lookup' }, { name: 'clock' }]);
  conversation.toolResult('call-1', 'one', 5000);
  conversation.toolResult('call-9', 'nobody asked', 5000);
  expect(finish(conversation)).toEqual([]);
  conversation.toolResult('call-2', 'two', 6000);
  expect(wordsOf(finish(conversation))).toBe('simulated: clock answered two');
});

test('a model that calls one tool at a time makes the first call only', () => {
  const tools = ['lookup', 'clock'].map((name) => ({ name, description: '', parameters: {} }));
  const conversation = new SimulatedConversation({ ...plain, tools, parallelTools: false });
  conversation.text('Call lookup and clock.', 0);
  expect(finish(conversation).filter((event) => event.type === 'tool-called')).toMatchObject([{ name: 'lookup' }]);
});

test('answers come at the rate of the session, as long as at any other', () => {
  const lengths = [16_000, 24_000].map((outputSampleRateHz) => {
    const conversation = new SimulatedConversation({ ...plain, outputSampleRateHz });
    conversation.say('Good morning.', 0);
    const bytes = finish(conversation).map((event) => (event.type === 'audio' ? event.pcm.byteLength : 0));
    return bytes.reduce((sum, each) => sum + each, 0);
  });
  // 13 characters of 60 ms each.
  expect(lengths).toEqual([780 * 32, 780 * 48]);
});
