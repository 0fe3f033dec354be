// Messages of this adapter, typed here: the published package does not depend on the official one.
// `official-types.test-d.ts` holds them against the official types.

import type { ResponseCreateMessage } from '@speko/adapter-kit/openai-dialect';

/** @see https://platform.openai.com/docs/api-reference/realtime-client-events */
export type OpenAIClientEvent =
  | SessionUpdate
  | BetaSessionUpdate
  | { readonly type: 'input_audio_buffer.append'; readonly audio: string }
  | { readonly type: 'input_audio_buffer.commit'; readonly event_id: string }
  | { readonly type: 'input_audio_buffer.clear' }
  | {
      readonly type: 'conversation.item.create';
      readonly event_id: string;
      readonly item: OpenAIItem | BetaAssistantMessage;
    }
  | { readonly type: 'conversation.item.delete'; readonly item_id: string }
  | TruncateItem
  | ResponseCreateMessage
  | { readonly type: 'response.cancel'; readonly response_id?: string };

export interface TruncateItem {
  readonly type: 'conversation.item.truncate';
  readonly item_id: string;
  readonly content_index: number;
  readonly audio_end_ms: number;
}

export interface SessionUpdate {
  readonly type: 'session.update';
  readonly event_id: string;
  readonly session: GaSession;
}

export interface GaSession {
  readonly type: 'realtime';
  readonly output_modalities: ['audio'];
  readonly instructions?: string;
  readonly audio: {
    readonly input: {
      readonly format: PcmFormat;
      readonly transcription: Transcription;
      readonly noise_reduction?: NoiseReduction;
      readonly turn_detection: TurnDetection | null;
    };
    readonly output: {
      readonly format: PcmFormat;
      readonly voice: string | { readonly id: string };
      readonly speed?: number;
    };
  };
  readonly tools: FunctionTool[];
  readonly tool_choice: 'auto';
  readonly max_output_tokens?: number;
  readonly reasoning?: { readonly effort: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' };
}

export interface BetaSessionUpdate {
  readonly type: 'session.update';
  readonly event_id: string;
  readonly session: BetaSession;
}

/** The flat session of the beta, which compatible servers and dated Azure versions still speak. */
export interface BetaSession {
  readonly modalities: ['audio', 'text'];
  readonly instructions?: string;
  readonly voice: string;
  readonly input_audio_format: 'pcm16';
  readonly output_audio_format: 'pcm16';
  readonly input_audio_transcription: Transcription;
  readonly input_audio_noise_reduction?: NoiseReduction;
  readonly turn_detection: Omit<ServerVad, 'idle_timeout_ms'> | SemanticVad | null;
  readonly tools: FunctionTool[];
  readonly tool_choice: 'auto';
  readonly temperature?: number;
  readonly speed?: number;
  readonly max_response_output_tokens?: number;
}

export interface PcmFormat {
  readonly type: 'audio/pcm';
  readonly rate: 24000;
}

export interface Transcription {
  readonly model: string;
  readonly language?: string;
  readonly prompt?: string;
}

export interface NoiseReduction {
  readonly type: 'near_field' | 'far_field';
}

export type TurnDetection = ServerVad | SemanticVad;

export interface ServerVad {
  readonly type: 'server_vad';
  readonly threshold: number;
  readonly prefix_padding_ms: number;
  readonly silence_duration_ms: number;
  readonly idle_timeout_ms?: number;
  readonly create_response: true;
  readonly interrupt_response: true;
}

export interface SemanticVad {
  readonly type: 'semantic_vad';
  readonly eagerness: 'auto' | 'low' | 'medium' | 'high';
  readonly create_response: true;
  readonly interrupt_response: true;
}

export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type OpenAIItem =
  | {
      readonly type: 'message';
      readonly id?: string;
      readonly role: 'user' | 'system';
      readonly content: { readonly type: 'input_text'; readonly text: string }[];
    }
  | {
      readonly type: 'message';
      readonly role: 'assistant';
      readonly content: { readonly type: 'output_text'; readonly text: string }[];
    }
  | { readonly type: 'function_call'; readonly call_id: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'function_call_output'; readonly call_id: string; readonly output: string };

export interface BetaAssistantMessage {
  readonly type: 'message';
  readonly role: 'assistant';
  readonly content: { readonly type: 'text'; readonly text: string }[];
}
