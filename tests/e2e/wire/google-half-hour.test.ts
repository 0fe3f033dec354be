// Half an hour with Gemini Live on a clock that the test moves: the vendor ends its connections every ten minutes.
import { createGoogle } from '@speko/adapter-google';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createGoogleSimulator, type SimulatedTurn } from '@speko/simulators/google';
import { expect, onTestFinished, test } from 'vitest';
import { runsOf } from '../helpers/runs-of.ts';
import { SkippingClock } from '../helpers/skipping-clock.ts';
import { chunksOf, speech } from '../helpers/speech.ts';
import { startGateway } from '../helpers/start-gateway.ts';

const KEY = 'google-simulated-0123456789';
const MINUTES = 30;
const SENTENCE_MS = 1600;
/** One second of an answer, at 24 kHz. */
const REPLY_SAMPLES = 24_000;

/** Age of a connection at which the vendor announces its end. */
const ANNOUNCED_AFTER_MS = 540_000;

test.each(['gemini-3.8-live', 'gemini-2.5-flash-native-audio-preview-12-2025'])(
  '[EN5] [TR6] half an hour with %s is one call: three connections end, and the client hears and sees nothing of it',
  async (model) => {
    const answered: Pick<SimulatedTurn, 'userTurnIndex' | 'userSpeechMs'>[] = [];
    const clock = new SkippingClock();
    const vendor = createGoogleSimulator({
      reply({ userTurnIndex, userSpeechMs }) {
        answered.push({ userTurnIndex, userSpeechMs });
        // Each answer has a sample value of its own, so that its audio can be told from all other.
        return {
          text: `Answer ${answered.length}.`,
          audio: new Int16Array(REPLY_SAMPLES).fill(answered.length),
        };
      },
      setupDelayMs: 0,
      responseDelayMs: 20,
      audioSpeed: 20,
      playbackSpeed: 20,
    });
    const host = await startSimulatorHost({
      simulator: vendor,
      clock: {
        nowMs: () => clock.nowMs(),
        schedule(delayMs, run) {
          const timer = clock.setTimer(run, delayMs);
          return () => timer.cancel();
        },
      },
      pingIntervalMs: 0,
    });
    onTestFinished(() => host.close());
    const adapter = createGoogle();
    const options = adapter.parseOptions({ apiKey: KEY, baseUrl: host.url });
    const gateway = await startGateway({
      adapters: [{ state: 'configured', adapter, options }],
      secrets: [KEY],
      clock,
      idleTimeoutMs: 0,
      maxDurationSeconds: MINUTES * 60 + 60,
    });
    const call = await gateway.call({ provider: 'google', model });
    await host.nextConnection();
    let connectedAtMs = clock.nowMs();
    await call.frame('ready');

    for (let minute = 1; minute <= MINUTES; minute++) {
      for (const chunk of chunksOf(speech({ ms: SENTENCE_MS, silenceMs: 1200 }))) call.sendAudio(chunk);
      await call.until(
        () => call.all('speech', { role: 'assistant', state: 'stopped' }).length === minute,
        `answer ${minute}`,
      );
      clock.skip(60_000);
      if (clock.nowMs() - connectedAtMs < ANNOUNCED_AFTER_MS) continue;
      await host.nextConnection();
      connectedAtMs = clock.nowMs();
    }
    call.socket.close(1000);
    await gateway.record(call.session.sessionId);

    expect(host.connections).toHaveLength(4);
    const oneByOne = Array.from({ length: MINUTES }, (_, index) => index + 1);
    // Whole answers, one after another, each of them once.
    expect(runsOf(call.audio)).toEqual(oneByOne.map((value) => [value, REPLY_SAMPLES]));
    // The model heard every sentence whole, and as the next of one conversation.
    expect(answered.map(({ userTurnIndex }) => userTurnIndex + 1)).toEqual(oneByOne);
    expect(answered.filter(({ userSpeechMs }) => userSpeechMs < SENTENCE_MS - 50)).toEqual([]);
    const finals = (role: 'user' | 'assistant') => call.all('transcript', { role, final: true });
    expect(finals('user').map(({ turn }) => turn)).toEqual(oneByOne.map((count) => `u${count}`));
    expect(finals('assistant').map(({ turn, text }) => [turn, text])).toEqual(
      oneByOne.map((count) => [`a${count}`, `Answer ${count}.`]),
    );
    // Nothing in any frame tells of the connections.
    expect(new Set(call.frames.map(({ t }) => t))).toEqual(new Set(['ready', 'speech', 'transcript', 'usage']));
    expect(call.all('ready')).toHaveLength(1);
  },
);
