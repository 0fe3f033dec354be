import { AdapterError, type ToolDefinition } from '@speko/adapter';
import type { FunctionDeclaration } from '../google-client-events.ts';
import type { GoogleOptions } from '../google-options.ts';
import { type ModelProfile, toolBehaviorOf } from '../model-profiles.ts';
import { CONVERSION_LIMITS, ConversionBudget } from './conversion-budget.ts';
import { convertSchema, type SchemaConversion } from './convert-schema.ts';
import { toJsonSchemaParameters } from './json-schema-parameters.ts';

/** A session is checked when it is minted and configured at each dial, always with the same list of tools. */
const conversions = new WeakMap<readonly ToolDefinition[], readonly SchemaConversion[]>();

/**
 * The tools as the model takes them. Past the budget of all of them together, the original goes up where the model
 * honours it.
 */
export function declareFunctions(
  tools: readonly ToolDefinition[],
  options: GoogleOptions,
  profile: ModelProfile,
): FunctionDeclaration[] {
  const behavior = toolBehaviorOf(profile, options);
  const converted = convertTools(tools);
  return tools.map((tool, index) => ({
    name: tool.name,
    ...(behavior === undefined ? {} : { behavior }),
    ...declareParameters(tool, converted[index], profile),
  }));
}

/**
 * Refuses what cannot be declared, before anything is dialled.
 *
 * @throws AdapterError `BAD_OPTIONS` with the path of the first tool that is too large for the model
 */
export function refuseLargeSchemas(tools: readonly ToolDefinition[], profile: ModelProfile): void {
  if (profile.takesJsonSchema) return;
  const index = convertTools(tools).findIndex(({ type }) => type === 'too-large');
  if (index === -1) return;
  throw new AdapterError({
    code: 'BAD_OPTIONS',
    message: `Gemini Live models of this generation take tools with their references put in place, and up to this one that comes to more than ${CONVERSION_LIMITS}. Use fewer references and alternatives, or a model that takes JSON Schema.`,
    path: `s2s.tools[${index}].parameters`,
  });
}

function declareParameters(
  { description, parameters }: ToolDefinition,
  conversion: SchemaConversion | undefined,
  { takesJsonSchema }: ModelProfile,
): Pick<FunctionDeclaration, 'description' | 'parameters' | 'parametersJsonSchema'> {
  const isWhole = conversion?.type === 'converted' && conversion.isComplete;
  if (!isWhole && takesJsonSchema) return { description, parametersJsonSchema: toJsonSchemaParameters(parameters) };
  if (conversion?.type !== 'converted') return { description };
  const { schema, words } = conversion;
  if (schema !== undefined) return { description, parameters: schema };
  return { description: words === undefined ? description : `${description} Arguments: ${words}` };
}

function convertTools(tools: readonly ToolDefinition[]): readonly SchemaConversion[] {
  const known = conversions.get(tools);
  if (known !== undefined) return known;
  const budget = new ConversionBudget();
  const converted = tools.map(({ parameters }) => convertSchema(parameters, budget));
  conversions.set(tools, converted);
  return converted;
}
