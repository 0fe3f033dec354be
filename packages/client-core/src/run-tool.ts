import { encodeClientFrame } from '@speko/protocol/lean';
import { describeError } from './describe-error.ts';
import { describeOversize } from './message-size.ts';
import type { RealtimeTool, ToolContext } from './realtime-tool.ts';
import { isStandardSchema, type StandardIssue } from './standard-schema.ts';
import { toOutput } from './write-json.ts';

/** Outcome of a tool call. */
export interface ToolOutcome {
  /** What the model is told. */
  output: string;
  /** Whether `output` reports an error. */
  failed: boolean;
}

/** Runs one call of a tool. Never rejects: a failure becomes an output the model can read. */
export async function runTool(tool: RealtimeTool, context: ToolContext): Promise<ToolOutcome> {
  try {
    const args = await readArguments(tool, context.arguments);
    const result: unknown = await tool.execute?.(args, context);
    return checkSize({ output: toOutput(result), failed: false }, context.callId);
  } catch (error) {
    return checkSize(failure(describeError(error)), context.callId);
  }
}

/** A message over the limit would end the call: the model is told instead. */
function checkSize(outcome: ToolOutcome, callId: string): ToolOutcome {
  const oversize = describeOversize(encodeClientFrame({ t: 'tool_result', callId, output: outcome.output }));
  return oversize === undefined ? outcome : failure(`The tool's result is ${oversize}. Ask for less.`);
}

function failure(error: string): ToolOutcome {
  return { output: JSON.stringify({ error }), failed: true };
}

async function readArguments({ parameters }: RealtimeTool, argumentsJson: string): Promise<Record<string, unknown>> {
  // Some models write nothing at all for a tool without parameters.
  const value: unknown = JSON.parse(argumentsJson.trim() === '' ? '{}' : argumentsJson);
  // The casts state what `execute` declares: plain JSON Schema is not checked, and a schema may transform its input.
  if (!isStandardSchema(parameters)) return value as Record<string, unknown>;
  const result = await parameters['~standard'].validate(value);
  if (result.issues === undefined) return result.value as Record<string, unknown>;
  throw new Error(`The arguments do not fit: ${result.issues.map(describeIssue).join('; ')}`);
}

function describeIssue({ path = [], message }: StandardIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
