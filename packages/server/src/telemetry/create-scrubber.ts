export const REDACTED = '[redacted]';
/** What secrets look like: our keys, tokens and the page's cookie, bearer credentials, the vendors' keys, and keys in URLs. */
const SECRETS = [
  /\bsk_speko_\w+/g,
  /\bwst_[\w-]+/g,
  /\bpage_[0-9a-f]{32,}/g,
  /(?<=\bbearer\s+)[\w.~+/=-]+/gi,
  /\bsk-[\w-]{16,}/g,
  /\bxai-[\w-]{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bAQ\.[\w-]{20,}/g,
  /(?<=[?&](?:key|api[-_]key|access_token|token)=)[^&\s"\\]+/gi,
];

/** Shorter ones would be found in ordinary words. */
export const MIN_SECRET_CHARACTERS = 8;

/**
 * Makes a function that replaces the given secrets, and everything that looks like one, by `[redacted]`.
 * @param shapes - what else secrets look like where the text comes from
 */
export function createScrubber(
  secrets: readonly string[] = [],
  shapes: readonly RegExp[] = [],
): (text: string) => string {
  const spelled = secrets
    .filter((secret) => secret.length >= MIN_SECRET_CHARACTERS)
    // As it stands inside a JSON string.
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (text) => {
    const withoutGiven = spelled.reduce((clean, secret) => clean.replaceAll(secret, REDACTED), text);
    return [...SECRETS, ...shapes].reduce((clean, pattern) => clean.replace(pattern, REDACTED), withoutGiven);
  };
}
