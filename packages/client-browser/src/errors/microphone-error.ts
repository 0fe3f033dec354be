import { ConversationError, type ConversationErrorCode } from './conversation-error.ts';

/**
 * What `getUserMedia` threw, as one of our codes: by its name and by what the browser says of the permission, since the
 * texts differ from browser to browser.
 */
export async function toMicrophoneError(cause: unknown): Promise<ConversationError> {
  const { name, message } = cause as Error;
  const code = CODES[name] ?? (/^(NotAllowed|Security)Error$/.test(name) ? await whyNotAllowed(message) : 'MIC_IN_USE');
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
  NotFoundError: 'MIC_NOT_FOUND',
  OverconstrainedError: 'MIC_UNAVAILABLE',
  NotSupportedError: 'UNSUPPORTED',
  TypeError: 'UNSUPPORTED',
};

async function whyNotAllowed(message: string): Promise<ConversationErrorCode> {
  const { permissionsPolicy, featurePolicy } = document as Document & Record<string, PagePolicy | undefined>;
  if ((permissionsPolicy ?? featurePolicy)?.allowsFeature('microphone') === false) return 'MIC_BLOCKED_BY_PAGE';
  const state = await microphonePermission();
  // Only the text tells a switch of the system from one of the site, and only in Chromium.
  if (state === 'granted' || message.endsWith('by system')) return 'MIC_BLOCKED_BY_SYSTEM';
  return state === 'prompt' ? 'MIC_DISMISSED' : 'MIC_DENIED';
}

interface PagePolicy {
  allowsFeature(feature: string): boolean;
}
