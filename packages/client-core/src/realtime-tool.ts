import type { ToolDefinition } from '@speko/protocol/lean';
import { describeError } from './describe-error.ts';
import { invalidArgument } from './speko-error.ts';
import { isStandardSchema, type StandardSchema } from './standard-schema.ts';

/** Context of a running tool. */
export interface ToolContext {
  readonly callId: string;
  readonly name: string;
  /**
   * The arguments as the model wrote them, JSON text. Integers beyond 2^53 - 1 are exact in here alone: in the parsed
   * arguments they are rounded, as by any `JSON.parse`.
   */
  readonly arguments: string;
  /** Aborts when the session ends: what the tool returns after that goes nowhere. */
  readonly signal: AbortSignal;
}

/** What describes the arguments of a tool: a JSON Schema object, or a schema of zod (from 4.2) or another library that implements Standard JSON Schema. */
export type ToolParameters = Readonly<Record<string, unknown>> | StandardSchema;

/**
 * A tool the model may call.
 * @see {@link defineTool}, which infers the arguments of `execute` from `parameters`
 */
export interface RealtimeTool {
  /** 1 to 64 letters, digits, `_` or `-`, beginning with a letter or `_`; unique in the session. */
  readonly name: string;
  /** Tells the model when to call it. */
  readonly description: string;
  readonly parameters: ToolParameters;
  /**
   * Answers calls without the application. A string is sent as it is, anything else as JSON, in which a `bigint` is an
   * integer; an error is sent as
   * `{"error":"<its message>"}`, so that the model can react, and does not end the session.
   *
   * Leave it out to get `tool_call` frames and answer them with `sendToolResult`.
   * @param args - Checked and transformed by a schema; parsed but unchecked with plain JSON Schema. Integers beyond
   * 2^53 - 1 are rounded; `context.arguments` has them as they came.
   */
  execute?(args: Record<string, unknown>, context: ToolContext): unknown;
}

/** A {@link RealtimeTool} whose `execute` knows its arguments. */
export interface ToolOf<Args, Parameters extends ToolParameters> {
  readonly name: string;
  readonly description: string;
  readonly parameters: Parameters;
  /** See {@link RealtimeTool.execute}. */
  execute?(args: Args, context: ToolContext): unknown;
}

/** Writes a tool whose `execute` gets the type that its schema describes. Returns `tool` itself. */
export function defineTool<Args>(tool: ToolOf<Args, StandardSchema<Args>>): RealtimeTool;
/** The same for plain JSON Schema. The arguments are not checked: `Args` is what you trust the model to send. */
export function defineTool<Args = Record<string, unknown>>(
  tool: ToolOf<Args, Readonly<Record<string, unknown>>>,
): RealtimeTool;
export function defineTool(tool: RealtimeTool): RealtimeTool {
  return tool;
}

/**
 * Declaration of a tool to the gateway.
 * @throws {@link SpekoError} `INVALID_ARGUMENT` when its schema has no JSON Schema form
 */
export function toToolDefinition(tool: RealtimeTool): ToolDefinition {
  return { name: tool.name, description: tool.description, parameters: toJsonSchema(tool) };
}

function toJsonSchema({ name, parameters }: RealtimeTool): Record<string, unknown> {
  if (!isStandardSchema(parameters)) return { ...parameters };
  const converter = parameters['~standard'].jsonSchema;
  if (converter === undefined) {
    throw invalidArgument(
      `The schema of tool "${name}" cannot be turned into JSON Schema. Use zod 4.2 or later, or pass plain JSON Schema.`,
    );
  }
  let schema: Record<string, unknown>;
  try {
    schema = converter.input({ target: 'draft-2020-12' });
  } catch (error) {
    throw invalidArgument(`The schema of tool "${name}" cannot be turned into JSON Schema: ${describeError(error)}`);
  }
  // Vendors accept a subset of JSON Schema, and some refuse keys they do not know.
  const { $schema: _, ...rest } = schema;
  return rest;
}
