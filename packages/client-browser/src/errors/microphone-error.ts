import { ConversationError, type ConversationErrorCode } from './conversation-error.ts';

/**
 * What `getUserMedia` threw, as one of our codes: by its name and by what the browser says of the permission, since the
 * texts differ from browser to browser.
 */
export async function toMicrophoneError(cause: unknown): Promise<ConversationError> {
  const { name, message } = cause as Error;
  const code = CODES[name] ?? (/^(NotAllowed|Security)Error$/.test(name) ? await whyNotAllowed(message) : 'mic_in_use');
  return new ConversationError({ code, cause });
}

/** Whether the page may use the microphone; `undefined` where the browser does not tell. */
export async function microphonePermission(): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state;
  } catch {
    return undefined;
  }
}

const CODES: Readonly<Record<string, ConversationErrorCode>> = {
  NotFoundError: 'mic_not_found',
  OverconstrainedError: 'mic_unavailable',
  NotSupportedError: 'unsupported',
  TypeError: 'unsupported',
};

async function whyNotAllowed(message: string): Promise<ConversationErrorCode> {
  const { permissionsPolicy, featurePolicy } = document as Document & Record<string, PagePolicy | undefined>;
  if ((permissionsPolicy ?? featurePolicy)?.allowsFeature('microphone') === false) return 'mic_blocked_by_page';
  const state = await microphonePermission();
  // Only the text tells a switch of the system from one of the site, and only in Chromium.
  if (state === 'granted' || message.endsWith('by system')) return 'mic_blocked_by_system';
  return state === 'prompt' ? 'mic_dismissed' : 'mic_denied';
}

interface PagePolicy {
  allowsFeature(feature: string): boolean;
}
