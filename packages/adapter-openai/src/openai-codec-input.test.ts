import { describe, expect, test } from 'vitest';
import {
  committed,
  created,
  done,
  failure,
  speechStarted,
  startReadyCodec,
  transcription,
} from './__fixtures__/start-codec.ts';

const PCM_100_MS = 4800;

describe('audio of the user', () => {
  test('[OAI12] each piece is one message with exactly these bytes', () => {
    const { codec } = startReadyCodec();
    const pcm = Uint8Array.from({ length: 960 }, (_, index) => (index * 7) % 256);
    const frames = codec.appendAudio(pcm, 0);
    expect(frames).toEqual([`{"type":"input_audio_buffer.append","audio":"${Buffer.from(pcm).toString('base64')}"}`]);
  });

  test('[OAI13] a turn ended by hand is committed and answered', () => {
    const { append, send } = startReadyCodec({ turnDetection: 'manual' });
    append(PCM_100_MS);
    expect(send({ type: 'audio-commit' })).toEqual([
      { type: 'input_audio_buffer.commit', event_id: 'commit-1' },
      {
        type: 'response.create',
        event_id: 'response-1',
        response: { metadata: { client_event_id: 'response-1' } },
      },
    ]);
  });

  test('[OAI13] less than 100 ms is filled up with silence, since the vendor refuses less', () => {
    const { append, send } = startReadyCodec({ turnDetection: 'manual' });
    append(960);
    const frames = send({ type: 'audio-commit' });
    expect(frames).toMatchObject([
      { type: 'input_audio_buffer.append', audio: Buffer.alloc(3840).toString('base64') },
      { type: 'input_audio_buffer.commit' },
      { type: 'response.create' },
    ]);
  });

  test('[OAI13] nothing is committed when nothing is there, also after a commit and after a clear', () => {
    const { append, send } = startReadyCodec({ turnDetection: 'manual' });
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(PCM_100_MS);
    send({ type: 'audio-commit' });
    expect(send({ type: 'audio-commit' })).toEqual([]);
    append(PCM_100_MS);
    expect(send({ type: 'audio-clear' })).toEqual([{ type: 'input_audio_buffer.clear' }]);
    expect(send({ type: 'audio-commit' })).toEqual([]);
  });

  test('[OAI15] a clear in the middle of speech ends that speech', () => {
    const { events } = startReadyCodec();
    expect(events(speechStarted('u1', 10), { type: 'input_audio_buffer.cleared' })).toEqual([
      { type: 'speech-start', turnId: 'u1', audioStartMs: 10 },
      { type: 'speech-end', turnId: 'u1' },
    ]);
  });
});

describe('a commit under the vendor’s turn detection', () => {
  test('[OAI14] is answered on our request, once the vendor confirms it as ours', () => {
    const { append, receive, send } = startReadyCodec();
    receive(speechStarted('u1', 0));
    append(PCM_100_MS);
    expect(send({ type: 'audio-commit' })).toEqual([{ type: 'input_audio_buffer.commit', event_id: 'commit-1' }]);
    const { events, frames } = receive(committed('u1'));
    expect(events).toEqual([
      { type: 'speech-end', turnId: 'u1' },
      { type: 'input-commit', turnId: 'u1' },
    ]);
    expect(frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('[OAI14] is left to the vendor where the vendor was first', () => {
    const { append, receive, send } = startReadyCodec();
    receive(speechStarted('u1', 0));
    append(PCM_100_MS);
    send({ type: 'audio-commit' });
    receive({ type: 'input_audio_buffer.speech_stopped', item_id: 'u1', audio_end_ms: 900 });
    expect(receive(committed('u1')).frames).toEqual([]);
    const refusal = failure('input_audio_buffer_commit_empty', 'buffer too small', { event_id: 'commit-1' });
    expect(receive(refusal)).toEqual({ events: [], frames: [] });
    expect(receive(committed('u2')).frames).toEqual([]);
  });

  test('[OAI14] asks for nothing where the vendor has begun to answer meanwhile', () => {
    const { append, receive, send } = startReadyCodec();
    append(PCM_100_MS);
    send({ type: 'audio-commit' });
    receive(created('r1'));
    expect(receive(committed('u2')).frames).toEqual([]);
    expect(receive(done('r1')).frames).toEqual([]);
  });

  test('[OAI14] waits for the response that was running when it was made', () => {
    const { append, receive, send } = startReadyCodec();
    receive(created('r1'));
    append(PCM_100_MS);
    send({ type: 'audio-commit' });
    expect(receive(committed('u2')).frames).toEqual([]);
    expect(receive(done('r1')).frames).toMatchObject([{ type: 'response.create' }]);
  });

  test('[OAI14] is ignored with less than 100 ms', () => {
    const { append, send } = startReadyCodec();
    append(PCM_100_MS - 2);
    expect(send({ type: 'audio-commit' })).toEqual([]);
  });
});

describe('the user', () => {
  test('[OAI16] typed words are an item, and answered', () => {
    const { send } = startReadyCodec();
    expect(send({ type: 'text-append', text: 'Any mint?' })).toEqual([
      {
        type: 'conversation.item.create',
        event_id: 'item-speko-1',
        item: { type: 'message', id: 'speko-1', role: 'user', content: [{ type: 'input_text', text: 'Any mint?' }] },
      },
      { type: 'response.create', event_id: 'response-1', response: { metadata: { client_event_id: 'response-1' } } },
    ]);
  });

  test('[OAI17] speech becomes words by its turn, whenever they come', () => {
    const { events } = startReadyCodec();
    const heard = events(
      transcription('u1', 'delta', { delta: 'Any ' }),
      transcription('u1', 'delta', { delta: '' }),
      transcription('u1', 'delta', { delta: 'mint?' }),
      transcription('u1', 'completed', { transcript: 'Any mint?', usage: { type: 'duration', seconds: 1.5 } }),
      transcription('u1', 'delta', { delta: 'late' }),
      transcription('u1', 'completed', { transcript: 'Again.' }),
    );
    expect(heard).toEqual([
      { type: 'transcript-delta', role: 'user', turnId: 'u1', delta: 'Any ' },
      { type: 'transcript-delta', role: 'user', turnId: 'u1', delta: 'mint?' },
      { type: 'transcript-end', role: 'user', turnId: 'u1', text: 'Any mint?' },
    ]);
  });

  test('[OAI17] a turn that cannot be transcribed ends with what there is', () => {
    const { events } = startReadyCodec();
    const error = { type: 'server_error', code: 'audio_unintelligible', message: 'No.' };
    expect(events(transcription('u1', 'failed', { error }))).toMatchObject([
      { type: 'transcript-end', role: 'user', turnId: 'u1' },
      { type: 'provider-raw', name: 'conversation.item.input_audio_transcription.failed' },
    ]);
  });

  test('[OAI18] speech is announced, ended and committed under the id of its item', () => {
    const { events } = startReadyCodec();
    expect(
      events(
        speechStarted('u1', 640),
        { type: 'input_audio_buffer.speech_stopped', item_id: 'u1', audio_end_ms: 2210 },
        committed('u1'),
      ),
    ).toEqual([
      { type: 'speech-start', turnId: 'u1', audioStartMs: 640 },
      { type: 'speech-end', turnId: 'u1', audioEndMs: 2210 },
      { type: 'input-commit', turnId: 'u1' },
    ]);
  });
});
