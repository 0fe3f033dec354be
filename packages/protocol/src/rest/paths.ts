/** Paths without parameters. Everything below `/v1` asks for an API key. */
export const PATHS = {
  sessions: '/v1/sessions',
  usage: '/v1/usage',
  providers: '/v1/providers',
  health: '/healthz',
  ready: '/readyz',
  openapi: '/openapi.json',
  metrics: '/metrics',
} as const;

/** Path of one session's record. */
export function sessionPath(sessionId: string): string {
  return `${PATHS.sessions}/${encodeURIComponent(sessionId)}`;
}

/** Path of one session's transcript. */
export function sessionTranscriptPath(sessionId: string): string {
  return `${sessionPath(sessionId)}/transcript`;
}

/** Path of one session's server-sent events. */
export function sessionStreamPath(sessionId: string): string {
  return `${sessionPath(sessionId)}/stream`;
}

/** Path to `POST` to in order to end one session. */
export function sessionEndPath(sessionId: string): string {
  return `${sessionPath(sessionId)}/end`;
}

/** Path of one session's WebSocket; what `wsUrl` ends in. */
export function realtimePath(sessionId: string): string {
  return `/v1/realtime/${encodeURIComponent(sessionId)}/ws`;
}

/** Request header that makes a repeated `POST /v1/sessions` return the first one's session. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
