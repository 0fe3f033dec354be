import type { ProviderErrorEvent } from '@speko/adapter';

/** Report of audio that is damaged base64; it is not played. */
export const DAMAGED_AUDIO: ProviderErrorEvent = {
  type: 'provider-error',
  code: 'PROVIDER_ERROR',
  message: 'The provider sent audio that is damaged base64; it is left out.',
  providerCode: 'damaged_audio',
  fatal: false,
  retryable: false,
};
