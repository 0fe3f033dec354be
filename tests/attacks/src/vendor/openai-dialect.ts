import type { Dialect } from './dialect.ts';

const APPEND = '{"type":"input_audio_buffer.append","audio":"';

/** The OpenAI Realtime dialect; `xai` says more at the beginning and knows no `response_id` but where it must. */
export function openAIDialect(vendor: 'openai' | 'xai'): Dialect {
  const event = (type: string, fields: object): string => JSON.stringify({ type, event_id: 'event_1', ...fields });
  const session = (model: string, fields: object): object => ({
    type: 'realtime',
    object: 'realtime.session',
    id: 'sess_1',
    model,
    audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin' } },
    ...fields,
  });
  const responseDone = (id: string, fields: object): string =>
    event('response.done', {
      response: { id, object: 'realtime.response', status: 'completed', output: [], ...fields },
    });
  return {
    greet: (model) => [
      event('session.created', { session: session(model, {}) }),
      ...(vendor === 'xai' ? [event('conversation.created', { conversation: { id: 'conv_1' } })] : []),
    ],
    isSetup: (message) => message.startsWith('{"type":"session.update"'),
    ready: (model, fields) => [event('session.updated', { session: session(model, fields) })],
    audioOf: (message) =>
      message.startsWith(APPEND)
        ? Buffer.from(message.slice(APPEND.length, message.indexOf('"', APPEND.length)), 'base64')
        : undefined,
    responseStart: (id) => [
      event('response.created', { response: { id, object: 'realtime.response', status: 'in_progress', output: [] } }),
    ],
    responseEnd: (id) => [responseDone(id, {})],
    audio: (id, base64) =>
      `{"type":"response.output_audio.delta","event_id":"event_1","response_id":"${id}","item_id":"item_${id}","output_index":0,"content_index":0,"delta":"${base64}"}`,
    assistantWords: (id, delta) =>
      event('response.output_audio_transcript.delta', {
        response_id: id,
        item_id: `item_${id}`,
        content_index: 0,
        delta,
      }),
    userWords: (item, text) =>
      vendor === 'openai'
        ? event('conversation.item.input_audio_transcription.delta', { item_id: item, content_index: 0, delta: text })
        : event('conversation.item.input_audio_transcription.updated', { item_id: item, transcript: text }),
    toolCall: (id, callId) => {
      const call = { name: 'lookup', call_id: callId, arguments: '{"city":"Paris"}' };
      const item = { id: `item_${callId}`, type: 'function_call', status: 'completed', ...call };
      return [
        event('response.function_call_arguments.done', { response_id: id, item_id: item.id, output_index: 0, ...call }),
        event('response.output_item.done', { response_id: id, output_index: 0, item }),
      ];
    },
    speech: (item, isStart) =>
      isStart
        ? event('input_audio_buffer.speech_started', { item_id: item, audio_start_ms: 0 })
        : event('input_audio_buffer.speech_stopped', { item_id: item, audio_end_ms: 100 }),
    usage: (id) => [
      event('response.created', { response: { id, object: 'realtime.response', status: 'in_progress', output: [] } }),
      responseDone(id, { usage: { total_tokens: 3, input_tokens: 1, output_tokens: 2 } }),
    ],
    error: (message) =>
      event('error', { error: { type: 'invalid_request_error', code: 'odd', message, param: null, event_id: null } }),
    unknown: (filler) => event('something.new', { filler }),
    goAway: () => undefined,
  };
}
