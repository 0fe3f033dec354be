// The project's own client against the real gateway: what the two halves agree on without having met in a unit test.
import {
  defineTool,
  RealtimeSession,
  Speko,
  SpekoAuthError,
  SpekoApiError,
  SpekoRateLimitError,
  type SessionFrame,
} from '@speko/client-node';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openAIEntry, OPENAI_KEY, startOpenAISimulator } from './helpers/openai-entry.ts';
import { chunksOf, speech } from './helpers/speech.ts';
import { startGateway, type TestGateway } from './helpers/start-gateway.ts';

async function startBoth(): Promise<{ gateway: TestGateway; speko: Speko }> {
  const host = await startOpenAISimulator({
    callTools: 'every-turn',
    responseDelayMs: 10,
    transcriptionDelaysMs: [10],
  });
  const gateway = await startGateway({ adapters: [openAIEntry(host.url)], secrets: [OPENAI_KEY] });
  return { gateway, speko: new Speko({ apiKey: gateway.key, baseUrl: gateway.url }) };
}

test.each([
  ['echo', 'echo-tools'],
  ['openai', 'gpt-realtime-2.1'],
])(
  '[TL1] [TL2] [BI3] [EN2] a call with %s: a tool that runs by itself, an interruption, the end',
  async (provider, model) => {
    const { gateway, speko } = await startBoth();
    const asked: string[] = [];
    const weather = defineTool({
      name: 'get_weather',
      description: 'Weather now.',
      parameters: z.object({ city: z.string() }),
      execute: ({ city }) => {
        asked.push(city);
        return { celsius: 21 };
      },
    });
    const session = await speko.connectRealtime({ provider, model, turnDetection: 'manual', tools: [weather] });
    for (const chunk of chunksOf(speech({ ms: 2400 }))) await session.sendAudio(chunk);
    session.commit();
    const frames: SessionFrame[] = [];
    for await (const frame of session) {
      frames.push(frame);
      if (frame.type === 'audio' && !frames.some(({ type }) => type === 'interruption')) session.interrupt();
      if (frame.type === 'transcript' && frame.role === 'assistant' && frame.final) await session.close();
    }
    const types = frames.map(({ type }) => type);
    expect(types[0]).toBe('ready');
    expect(asked).toHaveLength(1);
    expect(frames.find(({ type }) => type === 'tool_result')).toMatchObject({
      name: 'get_weather',
      output: '{"celsius":21}',
      failed: false,
    });
    expect(types).toContain('interruption');
    expect(
      frames.find((frame) => frame.type === 'transcript' && frame.role === 'assistant' && frame.final),
    ).toMatchObject({ interrupted: true });
    expect(frames.at(-1)).toEqual({ type: 'close', code: 1000, reason: 'client_closed' });
    expect(frames.filter(({ type }) => type === 'error')).toEqual([]);
    expect(await gateway.record(session.sessionId)).toMatchObject({
      endReason: 'client_closed',
      audio: { inputMs: 2400 },
    });
  },
);

test('[RS12] [HS4] a session minted by a back end opens once', async () => {
  const { speko } = await startBoth();
  const info = await speko.createSession({ provider: 'echo', model: 'echo' });
  const session = await RealtimeSession.open(info);
  await expect(RealtimeSession.open(info)).rejects.toMatchObject({ code: 'TOKEN_USED' });
  await session.close();
});

test("[EN1] [SR7] the close frame carries the gateway's reason and code", async () => {
  const { gateway, speko } = await startBoth();
  const session = await speko.connectRealtime({ provider: 'echo', model: 'echo' });
  await gateway.post(`/v1/sessions/${session.sessionId}/end`, '');
  const frames: SessionFrame[] = [];
  for await (const frame of session) frames.push(frame);
  expect(frames.at(-1)).toEqual({ type: 'close', code: 1000, reason: 'ended_by_api' });
});

test('[RS1] [RS3] [RS18] refusals are typed errors', async () => {
  const gateway = await startGateway({ keyConcurrentSessions: 1 });
  const echo = { provider: 'echo', model: 'echo' };
  const stranger = new Speko({ apiKey: 'sk_speko_unknown', baseUrl: gateway.url });
  await expect(stranger.createSession(echo)).rejects.toBeInstanceOf(SpekoAuthError);
  const speko = new Speko({ apiKey: gateway.key, baseUrl: gateway.url });
  await speko.createSession(echo);
  const refused = await speko.createSession(echo).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SpekoRateLimitError);
  expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 5 });
  const invalid = await speko.createSession({ ...echo, temperature: 3 }).catch((error: unknown) => error);
  expect(invalid).toBeInstanceOf(SpekoApiError);
  expect(invalid).toMatchObject({ code: 'VALIDATION_ERROR', issues: [{ path: 's2s.temperature' }] });
});
