import { HTTP_ERRORS, type HttpErrorCode } from '../errors/http-errors.ts';
import { LIMITS } from '../limits.ts';
import { createOpenApiSchemas, createParameterSchema, type JsonSchema } from '../schema-registry.ts';
import { sessionListQuerySchema } from './session-record.ts';
import { idempotencyKeySchema } from './session-request.ts';
import { sessionStreamQuerySchema } from './session-stream.ts';
import { boundarySchema } from './usage-report.ts';

/** Options of {@link createOpenApiDocument}. */
export interface OpenApiOptions {
  /**
   * Public base URL of the gateway.
   * @defaultValue `/`, which is the host the document came from
   */
  serverUrl?: string | undefined;
  /**
   * Ids of the providers that a session may ask for.
   * @defaultValue any id, since only a running gateway knows its own
   */
  providers?: readonly string[] | undefined;
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

/** Any other text is the id of no session. */
const sessionId = { name: 'id', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 64 } };
/** Of every path: what is no valid request, and what is asked by another method. */
const ANYWHERE = ['VALIDATION_ERROR', 'METHOD_NOT_ALLOWED'] as const;
const KEYED = [...ANYWHERE, 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL', 'STORE_UNAVAILABLE'] as const;

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
      '/v1/realtime/{id}/ws': openRealtime,
      '/healthz': { get: operation(getHealth) },
      '/readyz': { get: operation(getReadiness) },
      '/openapi.json': { get: operation(getOpenApi) },
    },
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: withProviders(withEventLines(createOpenApiSchemas()), options.providers),
    },
  };
}

/** On the wire the `data` of an event is a line of text, which holds the JSON that our schemas speak of. */
function withEventLines(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const lines = ['StatusEvent', 'TranscriptEvent', 'EndEvent'].map((name) => {
    const { properties = {}, ...rest } = schemas[name] ?? {};
    const data = { type: 'string', contentMediaType: 'application/json', contentSchema: properties['data'] };
    return [name, { ...rest, properties: { ...properties, data } }];
  });
  return { ...schemas, ...Object.fromEntries(lines) } as Record<string, JsonSchema>;
}

function withProviders(
  schemas: Record<string, JsonSchema>,
  providers: readonly string[] | undefined,
): Record<string, JsonSchema> {
  const { S2sRequest } = schemas;
  if (providers === undefined || S2sRequest === undefined) return schemas;
  const provider: JsonSchema = { type: 'string', enum: [...providers] };
  return { ...schemas, S2sRequest: { ...S2sRequest, properties: { ...S2sRequest.properties, provider } } };
}

/** Queries about a session that was just minted. */
const linksToSession = Object.fromEntries(
  ['getSession', 'getSessionTranscript', 'streamSession', 'endSession'].map((operationId) => [
    operationId,
    { operationId, parameters: { id: '$response.body#/sessionId' } },
  ]),
);

const createSession: Operation = {
  id: 'createSession',
  summary: 'Mint a session: where to connect, and the token that opens it.',
  parameters: [
    {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A repeat within 10 minutes returns the same session.',
      schema: createParameterSchema(idempotencyKeySchema),
    },
  ],
  requestSchema: 'CreateSessionRequest',
  success: { 201: json('The session.', 'CreateSessionResponse', linksToSession) },
  errors: [
    ...KEYED,
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
      ...createParameterSchema(sessionListQuerySchema.shape.limit),
      type: 'integer',
      default: LIMITS.listLimitDefault,
    }),
    query('cursor', createParameterSchema(sessionListQuerySchema.shape.cursor)),
    query('status', createParameterSchema(sessionListQuerySchema.shape.status)),
    query('provider', createParameterSchema(sessionListQuerySchema.shape.provider)),
  ],
  success: {
    200: json('One page.', 'SessionList', {
      nextPage: {
        operationId: 'listSessions',
        parameters: { cursor: '$response.body#/nextCursor' },
        description: 'Where `nextCursor` is not `null`.',
      },
    }),
  },
  errors: KEYED,
};

const getSession: Operation = {
  id: 'getSession',
  summary: "Read a session's record.",
  parameters: [sessionId],
  success: { 200: json('The record.', 'SessionRecord') },
  errors: [...KEYED, 'NOT_FOUND'],
};

const getTranscript: Operation = {
  id: 'getSessionTranscript',
  summary: 'Read what was said, in the order in which it was spoken.',
  parameters: [sessionId],
  success: { 200: json('The transcript.', 'Transcript') },
  errors: [...KEYED, 'NOT_FOUND'],
};

const streamSession: Operation = {
  id: 'streamSession',
  summary: 'Follow a session live as server-sent events.',
  parameters: [
    sessionId,
    query(
      'cursor',
      createParameterSchema(sessionStreamQuerySchema.shape.cursor),
      'Asks for finals after this `index` only, and for the words of the hosted API: clients of that send it.',
    ),
  ],
  success: {
    200: {
      description: 'Events `status`, `transcript` and `end`.',
      content: { 'text/event-stream': { schema: ref('SessionStreamEvent') } },
    },
  },
  errors: [...KEYED, 'NOT_FOUND', 'OVERLOADED'],
};

const endSession: Operation = {
  id: 'endSession',
  summary: 'End a session.',
  parameters: [sessionId],
  success: { 200: json('The record.', 'SessionRecord') },
  errors: [...KEYED, 'NOT_FOUND', 'SESSION_ENDED', 'OVERLOADED'],
};

const getUsage: Operation = {
  id: 'getUsage',
  summary: "Sum up this key's usage per provider and model.",
  parameters: [
    query(
      'from',
      createParameterSchema(boundarySchema),
      'ISO 8601 date or instant before `to`; default 30 days before it.',
    ),
    query('to', createParameterSchema(boundarySchema), 'ISO 8601 date or instant; default now.'),
  ],
  success: { 200: json('The report.', 'UsageReport') },
  errors: KEYED,
};

const listProviders: Operation = {
  id: 'listProviders',
  summary: 'List the providers, what they can do, and what is missing to use them.',
  success: { 200: json('The providers.', 'Providers') },
  errors: KEYED,
};

/** No operation: to open a WebSocket is to leave HTTP, and a plain GET of this path is always refused. */
const openRealtime = {
  summary: "A session's WebSocket, opened with its token as the first subprotocol.",
  description:
    'PROTOCOL.md describes the upgrade, the frames and the ends. A plain `GET` is 426 `UPGRADE_REQUIRED`; an upgrade that ' +
    'is refused is 400 `VALIDATION_ERROR`, 401 `TOKEN_INVALID`, `TOKEN_EXPIRED` or `TOKEN_USED`, 403 ' +
    '`ORIGIN_FORBIDDEN`, 409 `SESSION_ENDED` or 503 `STORE_UNAVAILABLE`.',
  parameters: [sessionId],
};

const getHealth: Operation = {
  id: 'getHealth',
  summary: 'Tell that the process is up.',
  open: true,
  success: { 200: json('It is up.', 'Health') },
  errors: ANYWHERE,
};

const getReadiness: Operation = {
  id: 'getReadiness',
  summary: 'Tell whether new sessions are taken.',
  open: true,
  success: { 200: json('They are.', 'Health'), 503: json('The gateway shuts down.', 'Health') },
  errors: ANYWHERE,
};

const getOpenApi: Operation = {
  id: 'getOpenApi',
  summary: 'Read this document.',
  open: true,
  success: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } } },
  errors: ANYWHERE,
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
      return [status, { ...json(group.map((code) => `\`${code}\``).join(' or '), 'ErrorBody'), ...headersOf(group) }];
    }),
  );
}

/** Headers of every answer with this status. */
function headersOf(codes: readonly HttpErrorCode[]): object {
  const names = {
    ...(codes.every((code) => HTTP_ERRORS[code].retryAfter) && {
      'Retry-After': { description: 'Whole seconds.', schema: { type: 'integer', minimum: 1 } },
    }),
    ...(codes.includes('METHOD_NOT_ALLOWED') && {
      Allow: { required: true, description: 'The methods that it takes.', schema: { type: 'string' } },
    }),
  };
  return Object.keys(names).length === 0 ? {} : { headers: names };
}

function json(description: string, schema: string, links?: object): object {
  return {
    description,
    content: { 'application/json': { schema: ref(schema) } },
    ...(links !== undefined && { links }),
  };
}

function ref(schema: string): { $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}

function query(name: string, schema: JsonSchema, description?: string): unknown {
  return { name, in: 'query', ...(description !== undefined && { description }), schema };
}
