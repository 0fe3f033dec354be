import { HTTP_ERRORS, type HttpErrorCode } from '../errors/http-errors.ts';
import { LIMITS } from '../limits.ts';
import { createOpenApiSchemas, type JsonSchema } from '../schema-registry.ts';
import { SESSION_STATUSES } from './session-status.ts';

/** Options of {@link createOpenApiDocument}. */
export interface OpenApiOptions {
  /**
   * Public base URL of the gateway.
   * @defaultValue `/`, which is the host the document came from
   */
  serverUrl?: string | undefined;
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

interface Operation {
  id: string;
  summary: string;
  /** Outside `/v1`: no API key. */
  open?: boolean;
  parameters?: readonly unknown[];
  requestSchema?: string;
  success: Readonly<Record<string, unknown>>;
  errors: readonly HttpErrorCode[];
}

const sessionId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const keyed = ['UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL', 'STORE_UNAVAILABLE'] as const;

/**
 * The REST part of the contract as OpenAPI 3.1: what `GET /openapi.json` answers.
 * @see PROTOCOL.md rule RS2
 */
export function createOpenApiDocument(options: OpenApiOptions = {}): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Speko Realtime',
      version: '1.0.0',
      description: 'Mints speech-to-speech sessions and reports on them. The WebSocket is described in PROTOCOL.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: options.serverUrl ?? '/' }],
    security: [{ apiKey: [] }],
    paths: {
      '/v1/sessions': { post: operation(createSession), get: operation(listSessions) },
      '/v1/sessions/{id}': { get: operation(getSession) },
      '/v1/sessions/{id}/transcript': { get: operation(getTranscript) },
      '/v1/sessions/{id}/stream': { get: operation(streamSession) },
      '/v1/sessions/{id}/end': { post: operation(endSession) },
      '/v1/usage': { get: operation(getUsage) },
      '/v1/providers': { get: operation(listProviders) },
      '/v1/realtime/{id}/ws': { get: operation(openRealtime) },
      '/healthz': { get: operation(getHealth) },
      '/readyz': { get: operation(getReadiness) },
      '/openapi.json': { get: operation(getOpenApi) },
    },
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: createOpenApiSchemas(),
    },
  };
}

const createSession: Operation = {
  id: 'createSession',
  summary: 'Mint a session: where to connect, and the token that opens it.',
  parameters: [
    {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A repeat within 10 minutes returns the same session.',
      schema: { type: 'string', minLength: 1, maxLength: LIMITS.idempotencyKeyChars },
    },
  ],
  requestSchema: 'CreateSessionRequest',
  success: { 201: json('The session.', 'CreateSessionResponse') },
  errors: [
    ...keyed,
    'VALIDATION_ERROR',
    'FORBIDDEN',
    'IDEMPOTENCY_CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'PROVIDER_NOT_CONFIGURED',
    'DRAINING',
    'OVERLOADED',
  ],
};

const listSessions: Operation = {
  id: 'listSessions',
  summary: "List this key's sessions, newest first.",
  parameters: [
    query('limit', {
      type: 'integer',
      minimum: 1,
      maximum: LIMITS.listLimitMax,
      default: LIMITS.listLimitDefault,
    }),
    query('cursor', { type: 'string' }),
    query('status', { type: 'string', enum: [...SESSION_STATUSES] }),
    query('provider', { type: 'string' }),
  ],
  success: { 200: json('One page.', 'SessionList') },
  errors: [...keyed, 'VALIDATION_ERROR'],
};

const getSession: Operation = {
  id: 'getSession',
  summary: "Read a session's record.",
  parameters: [sessionId],
  success: { 200: json('The record.', 'SessionRecord') },
  errors: [...keyed, 'NOT_FOUND'],
};

const getTranscript: Operation = {
  id: 'getSessionTranscript',
  summary: 'Read what was said, in the order in which it was spoken.',
  parameters: [sessionId],
  success: { 200: json('The transcript.', 'Transcript') },
  errors: [...keyed, 'NOT_FOUND'],
};

const streamSession: Operation = {
  id: 'streamSession',
  summary: 'Follow a session live as server-sent events.',
  parameters: [sessionId],
  success: {
    200: {
      description: 'Events `status`, `transcript` and `end`; `data` is one line of JSON.',
      content: { 'text/event-stream': { schema: ref('SessionStreamEvent') } },
    },
  },
  errors: [...keyed, 'NOT_FOUND', 'OVERLOADED'],
};

const endSession: Operation = {
  id: 'endSession',
  summary: 'End a session.',
  parameters: [sessionId],
  success: { 200: json('The record.', 'SessionRecord') },
  errors: [...keyed, 'NOT_FOUND', 'SESSION_ENDED', 'OVERLOADED'],
};

const getUsage: Operation = {
  id: 'getUsage',
  summary: "Sum up this key's usage per provider and model.",
  parameters: [
    query('from', { type: 'string', description: 'ISO 8601 date or instant; default 30 days before `to`.' }),
    query('to', { type: 'string', description: 'ISO 8601 date or instant; default now.' }),
  ],
  success: { 200: json('The report.', 'UsageReport') },
  errors: [...keyed, 'VALIDATION_ERROR'],
};

const listProviders: Operation = {
  id: 'listProviders',
  summary: 'List the providers, what they can do, and what is missing to use them.',
  success: { 200: json('The providers.', 'Providers') },
  errors: keyed,
};

const openRealtime: Operation = {
  id: 'openRealtime',
  summary: "Open a session's WebSocket, with its token as the first subprotocol.",
  open: true,
  parameters: [sessionId, { name: 'Sec-WebSocket-Protocol', in: 'header', required: true, schema: { type: 'string' } }],
  success: { 101: { description: 'The WebSocket is open; frames are described in PROTOCOL.md.' } },
  errors: [
    'TOKEN_INVALID',
    'TOKEN_EXPIRED',
    'TOKEN_USED',
    'ORIGIN_FORBIDDEN',
    'SESSION_ENDED',
    'UPGRADE_REQUIRED',
    'INTERNAL',
  ],
};

const getHealth: Operation = {
  id: 'getHealth',
  summary: 'Tell that the process is up.',
  open: true,
  success: { 200: json('It is up.', 'Health') },
  errors: [],
};

const getReadiness: Operation = {
  id: 'getReadiness',
  summary: 'Tell whether new sessions are taken.',
  open: true,
  success: { 200: json('They are.', 'Health'), 503: json('The gateway shuts down.', 'Health') },
  errors: [],
};

const getOpenApi: Operation = {
  id: 'getOpenApi',
  summary: 'Read this document.',
  open: true,
  success: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } } },
  errors: [],
};

function operation({ id, summary, open, parameters, requestSchema, success, errors }: Operation): unknown {
  return {
    operationId: id,
    summary,
    ...(open === true && { security: [] }),
    ...(parameters !== undefined && { parameters }),
    ...(requestSchema !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: ref(requestSchema) } } },
    }),
    responses: { ...success, ...errorResponses(errors) },
  };
}

function errorResponses(codes: readonly HttpErrorCode[]): Record<string, unknown> {
  const statuses = [...new Set(codes.map((code) => HTTP_ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const group = codes.filter((code) => HTTP_ERRORS[code].status === status);
      return [
        status,
        { ...json(group.map((code) => `\`${code}\``).join(' or '), 'ErrorBody'), ...retryAfterOf(group) },
      ];
    }),
  );
}

function retryAfterOf(codes: readonly HttpErrorCode[]): object {
  if (!codes.every((code) => HTTP_ERRORS[code].retryAfter)) return {};
  return { headers: { 'Retry-After': { description: 'Whole seconds.', schema: { type: 'integer', minimum: 1 } } } };
}

function json(description: string, schema: string): { description: string; content: unknown } {
  return { description, content: { 'application/json': { schema: ref(schema) } } };
}

function ref(schema: string): { $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}

function query(name: string, schema: JsonSchema): unknown {
  return { name, in: 'query', schema };
}
