import type { Dialect } from './dialect.ts';

/** The Gemini Live dialect. Nothing in it has an id but tool calls. */
export function googleDialect(): Dialect {
  const content = (fields: object): string => JSON.stringify({ serverContent: fields });
  return {
    greet: () => [],
    isSetup: (message) => message.startsWith('{"setup"'),
    ready: () => ['{"setupComplete":{}}'],
    audioOf: (message) => {
      if (!message.startsWith('{"realtimeInput":{"audio"')) return undefined;
      const data = /"data":"([^"]*)"/.exec(message)?.[1];
      return data === undefined ? undefined : Buffer.from(data, 'base64');
    },
    responseStart: () => [],
    responseEnd: () => [content({ generationComplete: true }), content({ turnComplete: true })],
    audio: (_id, base64) =>
      `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"${base64}"}}]}}}`,
    assistantWords: (_id, text) => content({ outputTranscription: { text } }),
    userWords: (_item, text) => content({ inputTranscription: { text } }),
    toolCall: (_id, callId) => [
      JSON.stringify({ toolCall: { functionCalls: [{ id: callId, name: 'lookup', args: { city: 'Paris' } }] } }),
    ],
    speech: (_item, isStart) =>
      JSON.stringify({ voiceActivity: { type: isStart ? 'ACTIVITY_START' : 'ACTIVITY_END', audioOffset: '0.1s' } }),
    usage: () => [
      JSON.stringify({ usageMetadata: { promptTokenCount: 1, responseTokenCount: 2, totalTokenCount: 3 } }),
    ],
    error: (message) => JSON.stringify({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),
    unknown: (filler) => JSON.stringify({ somethingNew: { filler } }),
    goAway: (seconds) => JSON.stringify({ goAway: { timeLeft: `${seconds}s` } }),
  };
}
