// The browser's conversation against the real gateway, with the platform's own WebSocket. Devices are played by the test;
// real ones are the business of tests/browser.
import { createConversation, type AudioSink, type AudioSource, type Conversation } from '@speko/client-browser';
import { Speko } from '@speko/client-node';
import { Changes } from '@speko/tests-behaviour';
import { expect, onTestFinished, test } from 'vitest';
import { chunksOf, speech } from './helpers/speech.ts';
import { startGateway, type TestGateway } from './helpers/start-gateway.ts';

interface Talk {
  readonly gateway: TestGateway;
  readonly conversation: Conversation;
  /** Milliseconds of audio that the loudspeaker got. */
  readonly heardMs: () => number;
  readonly say: (ms: number) => void;
  readonly until: (look: () => boolean, what: string) => Promise<unknown>;
}

/** @param playedMs - How much of a turn has been heard when it is cut. */
async function startTalk(playedMs = 0): Promise<Talk> {
  const gateway = await startGateway();
  const speko = new Speko({ apiKey: gateway.key, baseUrl: gateway.url });
  const changes = new Changes();
  let onChunk: Parameters<AudioSource['start']>[1]['onChunk'] = () => {};
  let bytes = 0;
  let turn = '';
  const source: AudioSource = {
    level: 0,
    open: async () => {},
    start: (_, handlers) => (onChunk = handlers.onChunk),
    setMuted: () => {},
    stop: async () => {},
  };
  let handlers: Parameters<AudioSink['start']>[1] | undefined;
  const sink: AudioSink = {
    level: 0,
    open: async () => {},
    start: (_, given) => (handlers = given),
    play: (id, pcm) => {
      if (id !== turn) handlers?.onTurnStart(id);
      turn = id;
      bytes += pcm.byteLength;
    },
    endTurn: (id) => handlers?.onTurnPlayed({ turn: id, playedMs: bytes / 48 }),
    flush: async () => [{ turn, playedMs }],
    unblock: async () => {},
    setVolume: () => {},
    stop: async () => {},
  };
  const conversation = createConversation({
    turnDetection: 'manual',
    microphone: source,
    speaker: sink,
    getSession: () => speko.createSession({ provider: 'echo', model: 'echo', turnDetection: 'manual' }),
  });
  onTestFinished(() => conversation.end());
  conversation.subscribe(() => changes.notify());
  conversation.on('frame', () => changes.notify());
  await conversation.start();
  return {
    gateway,
    conversation,
    heardMs: () => bytes / 48,
    say: (ms) => {
      conversation.hold();
      for (const chunk of chunksOf(speech({ ms }))) onChunk(new Uint8Array(chunk));
      conversation.release();
    },
    until: (look, what) => changes.until(look, what, () => conversation.getSnapshot()),
  };
}

test('[CV6] [CV10] [CV13] [TR4] push to talk: what was heard to its end is final at once', async () => {
  const { conversation, heardMs, say, until } = await startTalk();
  const modes: string[] = [];
  conversation.on('mode', (mode) => modes.push(mode));
  say(1000);
  await until(() => conversation.transcript.filter(({ final }) => final).length === 2, 'both finals');
  expect(conversation.transcript.map(({ role, interrupted }) => [role, interrupted])).toEqual([
    ['user', false],
    ['assistant', false],
  ]);
  expect(heardMs()).toBe(1000);
  expect(modes).toEqual(['thinking', 'speaking', 'listening']);
  expect(await conversation.ping()).toBeLessThan(1000);
});

test('[CV7] [CV11] [BI5] an interruption leaves what was heard in the transcript', async () => {
  const { conversation, say, until } = await startTalk(400);
  say(4000);
  await until(() => conversation.mode === 'speaking', 'the answer');
  conversation.interrupt();
  await until(() => conversation.transcript.some(({ role, final }) => role === 'assistant' && final), 'its final');
  expect(conversation.transcript.at(-1)).toMatchObject({ role: 'assistant', final: true, interrupted: true });
});

test('[CV15] [SR7] a back end that ends the session ends the conversation', async () => {
  const { gateway, conversation, until } = await startTalk();
  await gateway.post(`/v1/sessions/${conversation.sessionId}/end`, {});
  await until(() => conversation.status === 'ended', 'the end');
  expect(conversation.getSnapshot()).toMatchObject({
    end: { reason: 'ended_by_api', code: 1000 },
    error: undefined,
  });
});

test('[CV19] [EN2] leaving is told to the gateway', async () => {
  const { gateway, conversation } = await startTalk();
  const { sessionId = '' } = conversation;
  await conversation.end();
  expect(await gateway.record(sessionId)).toMatchObject({ status: 'ended', endReason: 'client_closed' });
});
