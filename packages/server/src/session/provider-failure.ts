import type { AdapterErrorCode, ProviderErrorEvent } from '@speko/adapter';
import type { EndReason, SessionErrorCode } from '@speko/protocol';

const frameCodes: Record<AdapterErrorCode, SessionErrorCode> = {
  BAD_OPTIONS: 'PROVIDER_ERROR',
  CONNECT_FAILED: 'PROVIDER_UNAVAILABLE',
  AUTH_FAILED: 'PROVIDER_ERROR',
  MODEL_NOT_FOUND: 'PROVIDER_ERROR',
  QUOTA_EXCEEDED: 'PROVIDER_RATE_LIMITED',
  RATE_LIMITED: 'PROVIDER_RATE_LIMITED',
  UNAVAILABLE: 'PROVIDER_UNAVAILABLE',
  SESSION_EXPIRED: 'PROVIDER_UNAVAILABLE',
  CONNECTION_LOST: 'PROVIDER_UNAVAILABLE',
  CLOSED: 'PROVIDER_UNAVAILABLE',
  INVALID_REQUEST: 'PROVIDER_ERROR',
  UNUSABLE_TOOL_CALL: 'BAD_TOOL_CALL',
  PROVIDER_ERROR: 'PROVIDER_ERROR',
};

/** What a person can do about it. */
const advice: Partial<Record<AdapterErrorCode, string>> = {
  AUTH_FAILED: "Check the provider's API key in the gateway's settings.",
  MODEL_NOT_FOUND: 'Ask for a model that this provider account can use.',
  QUOTA_EXCEEDED: 'Add credit to the provider account; the provider refuses calls until then.',
  RATE_LIMITED: 'Wait a moment before the next call.',
  UNAVAILABLE: 'The provider is overloaded or down; try again later.',
  CONNECT_FAILED: "Check the provider's base URL in the gateway's settings, and that the gateway can reach it.",
  CONNECTION_LOST: 'Start a new session to go on.',
  SESSION_EXPIRED: 'Start a new session to go on.',
};
/** The same for errors without a remedy of their own that end the session: before it was ready, and after. */
const ADVICE_AT_START = "Check the session's settings against what the provider takes, and try again.";
const ADVICE_AT_END = 'Start a new session to go on.';

/** Code and message of the `error` frame for what a provider reported. @param ready - whether the session had become ready */
export function describeFailure(
  event: ProviderErrorEvent,
  ready: boolean,
  displayName: string,
): { readonly code: SessionErrorCode; readonly message: string } {
  const code = event.fatal && !ready ? 'S2S_PROVIDER_CONNECT_FAILED' : frameCodes[event.code];
  const words = event.providerCode === undefined ? event.message : `${event.message} (${event.providerCode})`;
  const lastHint = ready ? ADVICE_AT_END : ADVICE_AT_START;
  const hint = advice[event.code] ?? (event.fatal ? lastHint : undefined);
  return { code, message: `${displayName}: ${hint === undefined ? words : `${asSentence(words)} ${hint}`}` };
}

/** A system's error, such as `connect ECONNREFUSED`, has no full stop; the advice after it would run on. */
function asSentence(words: string): string {
  return /[.!?}](?: \([^()]*\))?$/.test(words) ? words : `${words}.`;
}

/** How a session ends after a fatal error of its provider. */
export function failureReason(event: ProviderErrorEvent, ready: boolean): EndReason {
  if (!ready) return 'provider_connect_failed';
  const closed = event.code === 'CLOSED' || event.code === 'SESSION_EXPIRED';
  return closed ? 'provider_closed' : 'provider_error';
}
