// What the simulator sends, without `event_id`, which every event gets on its way out. Held against the official types
// in `server-events.test-d.ts`.
import type { SimulatedSession } from './session-settings.ts';

export type SimulatedEvent =
  | { type: 'session.created'; session: SimulatedSession }
  | { type: 'session.updated'; session: SimulatedSession }
  | { type: 'input_audio_buffer.speech_started'; audio_start_ms: number; item_id: string }
  | { type: 'input_audio_buffer.speech_stopped'; audio_end_ms: number; item_id: string }
  | { type: 'input_audio_buffer.committed'; previous_item_id: string | null; item_id: string }
  | { type: 'input_audio_buffer.cleared' }
  | { type: 'conversation.item.added'; previous_item_id: string | null; item: SimulatedItem }
  | { type: 'conversation.item.done'; previous_item_id: string | null; item: SimulatedItem }
  | { type: 'conversation.item.deleted'; item_id: string }
  | { type: 'conversation.item.retrieved'; item: SimulatedItem }
  | { type: 'conversation.item.truncated'; item_id: string; content_index: number; audio_end_ms: number }
  | {
      type: 'conversation.item.input_audio_transcription.delta';
      item_id: string;
      content_index: number;
      delta: string;
      obfuscation?: string;
    }
  | {
      type: 'conversation.item.input_audio_transcription.completed';
      item_id: string;
      content_index: number;
      transcript: string;
      usage: TranscriptionUsage;
    }
  | {
      type: 'conversation.item.input_audio_transcription.failed';
      item_id: string;
      content_index: number;
      error: { type: string; code: string; message: string };
    }
  | { type: 'response.created'; response: SimulatedResponse }
  | { type: 'response.output_item.added'; response_id: string; output_index: number; item: SimulatedItem }
  | ({ type: 'response.content_part.added'; part: ContentPart } & PartPlace)
  | ({ type: 'response.output_audio.delta'; delta: string; obfuscation?: string } & PartPlace)
  | ({ type: 'response.output_audio.done' } & PartPlace)
  | ({ type: 'response.output_audio_transcript.delta'; delta: string; obfuscation?: string } & PartPlace)
  | ({ type: 'response.output_audio_transcript.done'; transcript: string } & PartPlace)
  | ({ type: 'response.output_text.delta'; delta: string; obfuscation?: string } & PartPlace)
  | ({ type: 'response.output_text.done'; text: string } & PartPlace)
  | ({ type: 'response.content_part.done'; part: ContentPart } & PartPlace)
  | ({ type: 'response.function_call_arguments.delta'; delta: string; call_id: string } & ItemPlace)
  | ({ type: 'response.function_call_arguments.done'; arguments: string; call_id: string; name: string } & ItemPlace)
  | { type: 'response.output_item.done'; response_id: string; output_index: number; item: SimulatedItem }
  | { type: 'response.done'; response: SimulatedResponse }
  | {
      type: 'rate_limits.updated';
      rate_limits: { name: 'tokens'; limit: number; remaining: number; reset_seconds: number }[];
    }
  | {
      type: 'error';
      error: { type: string; code: string | null; message: string; param: string | null; event_id: string | null };
    };

export interface ItemPlace {
  response_id: string;
  item_id: string;
  output_index: number;
}

export interface PartPlace extends ItemPlace {
  content_index: number;
}

export type ContentPart = { type: 'audio'; transcript: string } | { type: 'text'; text: string };

export type ItemStatus = 'completed' | 'incomplete' | 'in_progress';

export type SimulatedItem =
  | {
      id: string;
      object: 'realtime.item';
      type: 'message';
      status: ItemStatus;
      role: 'system';
      content: { type: 'input_text'; text: string }[];
    }
  | {
      id: string;
      object: 'realtime.item';
      type: 'message';
      status: ItemStatus;
      role: 'user';
      content: (
        | { type: 'input_text'; text: string }
        | { type: 'input_audio'; transcript: string | null }
        | { type: 'input_image'; image_url: string }
      )[];
    }
  | {
      id: string;
      object: 'realtime.item';
      type: 'message';
      status: ItemStatus;
      role: 'assistant';
      content: ({ type: 'output_text'; text: string } | { type: 'output_audio'; transcript: string | null })[];
    }
  | {
      id: string;
      object: 'realtime.item';
      type: 'function_call';
      status: ItemStatus;
      name: string;
      call_id: string;
      arguments: string;
    }
  | {
      id: string;
      object: 'realtime.item';
      type: 'function_call_output';
      status: ItemStatus;
      call_id: string;
      output: string;
    };

export interface SimulatedResponse {
  object: 'realtime.response';
  id: string;
  conversation_id: string | null;
  status: 'completed' | 'cancelled' | 'failed' | 'incomplete' | 'in_progress';
  status_details: StatusDetails | string | null;
  output: SimulatedItem[];
  output_modalities: ('audio' | 'text')[];
  usage: SimulatedUsage | null;
  metadata: Record<string, string> | null;
}

export type StatusDetails =
  | { type: 'cancelled'; reason: 'turn_detected' | 'client_cancelled' }
  | { type: 'incomplete'; reason: 'max_output_tokens' | 'content_filter' }
  | { type: 'failed'; error: { type: string; code: string; message: string } };

export interface SimulatedUsage {
  total_tokens: number;
  input_tokens: number;
  output_tokens: number;
  input_token_details: {
    text_tokens: number;
    audio_tokens: number;
    image_tokens: number;
    cached_tokens: number;
    cached_tokens_details: { text_tokens: number; audio_tokens: number; image_tokens: number };
  };
  output_token_details: { text_tokens: number; audio_tokens: number };
}

export type TranscriptionUsage =
  | {
      type: 'tokens';
      total_tokens: number;
      input_tokens: number;
      output_tokens: number;
      input_token_details: { text_tokens: number; audio_tokens: number };
    }
  | { type: 'duration'; seconds: number };
