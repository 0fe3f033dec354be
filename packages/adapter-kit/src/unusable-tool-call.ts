import type { ProviderErrorEvent } from '@speko/adapter';
import { boundText } from './bound-text.ts';

const MAX_SHOWN_NAME_CHARS = 64;

/**
 * Report of a tool call that cannot be used.
 *
 * @param name - The tool's, where the call says one.
 * @param problem - A sentence that the model was told, too.
 */
export function unusableToolCall(name: string | undefined, problem: string): ProviderErrorEvent {
  const tool = name === undefined ? 'a tool' : `the tool ${JSON.stringify(boundText(name, MAX_SHOWN_NAME_CHARS))}`;
  return {
    type: 'provider-error',
    code: 'UNUSABLE_TOOL_CALL',
    message: `The model called ${tool} in a way that cannot be used, and was told so. ${problem}`,
    fatal: false,
    retryable: false,
  };
}
