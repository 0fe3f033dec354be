import { z } from 'zod';
import { capabilitiesSchema } from './frames/capabilities.ts';
import {
  clientFrameSchema,
  controlFrameSchema,
  interruptFrameSchema,
  pingFrameSchema,
  playbackFrameSchema,
  textFrameSchema,
  toolResultFrameSchema,
} from './frames/client-frames.ts';
import {
  receivedReadyFrameSchema,
  receivedServerFrameSchema,
  receivedTranscriptFrameSchema,
} from './frames/received-frames.ts';
import {
  endFrameSchema,
  errorFrameSchema,
  interruptionFrameSchema,
  pongFrameSchema,
  readyFrameSchema,
  serverFrameSchema,
  serverToolCallFrameSchema,
  speechFrameSchema,
  toolCallFrameSchema,
  transcriptFrameSchema,
  usageFrameSchema,
} from './frames/server-frames.ts';
import { LIMITS } from './limits.ts';
import { errorBodySchema, errorIssueSchema } from './rest/error-body.ts';
import { healthSchema } from './rest/health.ts';
import { providerInfoSchema, providersSchema } from './rest/providers.ts';
import {
  audioSumsSchema,
  sessionEntrySchema,
  sessionListSchema,
  sessionRecordSchema,
  timeToFirstAudioSchema,
  usageSumsSchema,
} from './rest/session-record.ts';
import {
  createSessionRequestSchema,
  firstMessageSchema,
  metadataSchema,
  modelSchema,
  s2sRequestSchema,
  toolDefinitionSchema,
  voiceSchema,
} from './rest/session-request.ts';
import { createSessionResponseSchema } from './rest/session-response.ts';
import {
  endEventSchema,
  sessionStreamEventSchema,
  statusEventSchema,
  transcriptEventSchema,
} from './rest/session-stream.ts';
import { listedEntrySchema, transcriptSchema } from './rest/session-transcript.ts';
import { usageReportSchema, usageRowSchema } from './rest/usage-report.ts';

/** REST schemas by their names in OpenAPI. */
const restSchemas = {
  CreateSessionRequest: createSessionRequestSchema,
  S2sRequest: s2sRequestSchema,
  ToolDefinition: toolDefinitionSchema,
  CreateSessionResponse: createSessionResponseSchema,
  ErrorBody: errorBodySchema,
  ErrorIssue: errorIssueSchema,
  SessionRecord: sessionRecordSchema,
  SessionList: sessionListSchema,
  SessionEntry: sessionEntrySchema,
  UsageSums: usageSumsSchema,
  AudioSums: audioSumsSchema,
  TimeToFirstAudio: timeToFirstAudioSchema,
  Transcript: transcriptSchema,
  TranscriptEntry: listedEntrySchema,
  SessionStreamEvent: sessionStreamEventSchema,
  StatusEvent: statusEventSchema,
  TranscriptEvent: transcriptEventSchema,
  EndEvent: endEventSchema,
  UsageReport: usageReportSchema,
  UsageRow: usageRowSchema,
  Providers: providersSchema,
  ProviderInfo: providerInfoSchema,
  Capabilities: capabilitiesSchema,
  Health: healthSchema,
} as const;

/** Text messages of the WebSocket. */
const frameSchemas = {
  ClientFrame: clientFrameSchema,
  ControlFrame: controlFrameSchema,
  InterruptFrame: interruptFrameSchema,
  ToolResultFrame: toolResultFrameSchema,
  PlaybackFrame: playbackFrameSchema,
  TextFrame: textFrameSchema,
  PingFrame: pingFrameSchema,
  ServerFrame: serverFrameSchema,
  ReadyFrame: readyFrameSchema,
  TranscriptFrame: transcriptFrameSchema,
  ToolCallFrame: toolCallFrameSchema,
  InterruptionFrame: interruptionFrameSchema,
  SpeechFrame: speechFrameSchema,
  UsageFrame: usageFrameSchema,
  ErrorFrame: errorFrameSchema,
  EndFrame: endFrameSchema,
  PongFrame: pongFrameSchema,
  ServerToolCallFrame: serverToolCallFrameSchema,
  ReceivedServerFrame: receivedServerFrameSchema,
  ReceivedReadyFrame: receivedReadyFrameSchema,
  ReceivedTranscriptFrame: receivedTranscriptFrameSchema,
} as const;

type SchemaNote = { id?: string; description?: string; type?: string; minLength?: number; maxLength?: number };

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Component schemas of the OpenAPI document. `input` mode: defaults stay optional, and only what the contract refuses
 * is `additionalProperties: false`.
 */
export function createOpenApiSchemas(): Record<string, JsonSchema> {
  const registry = register(restSchemas);
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    metadata: registry,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.keys(restSchemas).map((name) => {
      const { $schema: _schema, $id: _id, id: _name, ...schema } = schemas[name] ?? {};
      return [name, schema];
    }),
  );
}

/**
 * A schema by itself, as a parameter of OpenAPI takes it. `format` is left out where a pattern says the same; digits are
 * written as a class, since `\d` is more than ASCII to some readers.
 */
export function createParameterSchema(schema: z.ZodType): JsonSchema {
  const text = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), (key, value: unknown) =>
    key === '$schema' || key === 'format' ? undefined : value,
  );
  return JSON.parse(text.replaceAll(String.raw`\\d`, '[0-9]').replaceAll('[[0-9]', '[0-9')) as JsonSchema;
}

/** The standalone JSON Schema documents of this package, by file name without `.json`. */
export function createJsonSchemaFiles(): Record<string, JsonSchema> {
  const registry = register({ ...restSchemas, ...frameSchemas });
  const files = {
    'client-frame': clientFrameSchema,
    'server-frame': serverFrameSchema,
    'received-server-frame': receivedServerFrameSchema,
    'create-session-request': createSessionRequestSchema,
    'create-session-response': createSessionResponseSchema,
    'error-body': errorBodySchema,
    'session-record': sessionRecordSchema,
    'session-list': sessionListSchema,
    transcript: transcriptSchema,
    'session-stream-event': sessionStreamEventSchema,
    'usage-report': usageReportSchema,
    providers: providersSchema,
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, schema]) => [
      name,
      z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', metadata: registry }),
    ]),
  );
}

function register(schemas: Readonly<Record<string, z.ZodType>>): z.core.$ZodRegistry<SchemaNote> {
  const registry = z.registry<SchemaNote>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  // Custom checks, expressed in JSON Schema.
  registry.add(modelSchema, { minLength: 1, maxLength: LIMITS.modelChars });
  registry.add(voiceSchema, { minLength: 1, maxLength: LIMITS.modelChars });
  registry.add(firstMessageSchema, { maxLength: LIMITS.firstMessageChars });
  registry.add(toolDefinitionSchema.shape.parameters, { type: 'object', description: 'A JSON Schema.' });
  // Two that it cannot express.
  registry.add(metadataSchema, {
    type: 'object',
    description: `At most ${LIMITS.metadataBytes} bytes as compact UTF-8 JSON.`,
  });
  registry.add(toolDefinitionSchema.shape.name, { description: 'Differs from the names of the other tools.' });
  return registry;
}
