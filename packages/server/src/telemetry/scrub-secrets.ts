/** What secrets look like: our keys and tokens, bearer credentials, the vendors' keys, and keys in URLs. */
const SECRETS = [
  /\bsk_speko_\w+/g,
  /\bwst_[\w-]+/g,
  /(?<=\bbearer\s+)[\w.~+/=-]+/gi,
  /\bsk-[\w-]{16,}/g,
  /\bxai-[\w-]{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bAQ\.[\w-]{20,}/g,
  /(?<=[?&](?:key|api[-_]key|access_token|token)=)[^&\s"\\]+/gi,
];

/** `text` with everything that looks like a secret replaced by `[redacted]`. */
export function scrubSecrets(text: string): string {
  return SECRETS.reduce((clean, pattern) => clean.replace(pattern, '[redacted]'), text);
}
