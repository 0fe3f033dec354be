// Messages of this adapter. The vendor publishes no package with types for them.
import type { RealtimeHistoryItem, ResponseCreateMessage } from '@speko/adapter-kit/openai-dialect';

/** @see https://docs.x.ai/voice-realtime.ws.json */
export type XaiClientEvent =
  | SessionUpdate
  | { readonly type: 'input_audio_buffer.commit'; readonly event_id: string }
  | { readonly type: 'input_audio_buffer.clear' }
  | {
      readonly type: 'conversation.item.create';
      readonly item: RealtimeHistoryItem<'text'> | TypedMessage | ForceMessage;
    }
  | { readonly type: 'conversation.item.delete'; readonly item_id: string }
  | {
      readonly type: 'conversation.item.truncate';
      readonly item_id: string;
      readonly content_index: number;
      readonly audio_end_ms: number;
    }
  | ResponseCreateMessage;

/** A message of the user's; the vendor confirms it by its id. */
export interface TypedMessage {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'user';
  readonly content: { readonly type: 'input_text'; readonly text: string }[];
}

/** Is spoken as it is written, without the model and without `response.create`. */
export interface ForceMessage {
  readonly type: 'force_message';
  readonly role: 'assistant';
  readonly interruptible: boolean;
  readonly content: { readonly type: 'output_text'; readonly text: string }[];
}

export interface SessionUpdate {
  readonly type: 'session.update';
  readonly event_id: string;
  readonly session: XaiSession;
}

/** Voice and turn detection stand at the top; there is no temperature, tool choice, token limit or text mode. */
export interface XaiSession {
  readonly instructions?: string;
  readonly voice: string;
  readonly reasoning?: { readonly effort: 'high' | 'none' };
  readonly turn_detection: ServerVad | { readonly type: null };
  readonly resumption: { readonly enabled: boolean };
  readonly audio: {
    readonly input: {
      readonly format: PcmFormat;
      readonly transcription: {
        readonly model: 'grok-transcribe';
        readonly language_hint?: string;
        readonly keyterms?: readonly string[];
      };
    };
    readonly output: { readonly format: PcmFormat; readonly speed?: number };
  };
  readonly tools: readonly XaiTool[];
  readonly replace?: Readonly<Record<string, string>>;
}

export interface PcmFormat {
  readonly type: 'audio/pcm';
  readonly rate: number;
}

export interface ServerVad {
  readonly type: 'server_vad';
  readonly threshold: number;
  readonly prefix_padding_ms: number;
  readonly silence_duration_ms: number;
  readonly idle_timeout_ms?: number;
}

export type XaiTool =
  | {
      readonly type: 'function';
      readonly name: string;
      readonly description: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'web_search'; readonly allowed_domains?: readonly string[] }
  | { readonly type: 'x_search'; readonly allowed_x_handles?: readonly string[] }
  | { readonly type: 'file_search'; readonly vector_store_ids: readonly string[]; readonly max_num_results?: number }
  | {
      readonly type: 'mcp';
      readonly server_url: string;
      readonly server_label: string;
      readonly server_description?: string;
      readonly allowed_tools?: readonly string[];
      readonly authorization?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A typed text of the user. */
export function typedText(id: string, text: string): XaiClientEvent {
  const content = [{ type: 'input_text', text }] as const;
  return { type: 'conversation.item.create', item: { id, type: 'message', role: 'user', content: [...content] } };
}

/** Words that the vendor speaks as they are, as the first message of a session. */
export function forcedMessage(text: string): XaiClientEvent {
  const content = [{ type: 'output_text', text }] as const;
  return {
    type: 'conversation.item.create',
    item: { type: 'force_message', role: 'assistant', interruptible: true, content: [...content] },
  };
}
