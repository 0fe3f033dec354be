import type { ToolDefinition } from '@speko/adapter';

/** A message to the vendor. */
export type AcmeClientEvent =
  | SetupEvent
  | { readonly type: 'audio'; readonly data: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'commit' }
  | { readonly type: 'clear' }
  | { readonly type: 'cancel'; readonly response: string }
  | { readonly type: 'tool_result'; readonly call: string; readonly output: string };

/** Configures the session. */
export interface SetupEvent {
  readonly type: 'setup';
  readonly model: string;
  readonly turn_detection: 'auto' | 'manual';
  readonly tools: readonly ToolDefinition[];
  readonly instructions?: string;
  readonly voice?: string;
  readonly temperature?: number;
  readonly greeting?: string;
}
