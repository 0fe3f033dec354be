import type { GoogleOptions } from './google-options.ts';

/** Whether the model waits for results, or goes on meanwhile. */
export type ToolBehavior = 'BLOCKING' | 'NON_BLOCKING';

/** What differs between generations of Gemini Live models. Everything else in this package is the same for all. */
export interface ModelProfile {
  readonly name: ModelProfileName;
  /**
   * How the model's thinking is configured: refused, a level that must be there, a level that may be, or a budget.
   * A wrong one closes the connection.
   */
  readonly thinking: 'refused' | 'level-required' | 'level' | 'budget';
  /**
   * What the `behavior` of a function declaration may be, on either API, the default first. The vendor's own default
   * differs, so it is stated where it may be.
   */
  readonly toolBehaviors: { readonly developer: readonly ToolBehavior[]; readonly vertex: readonly ToolBehavior[] };
  /** `parametersJsonSchema` is honoured; where it is not, calls come with empty arguments. */
  readonly takesJsonSchema: boolean;
  /** User input while a blocking call is open closes the connection. */
  readonly refusesInputDuringCalls: boolean;
  /** How the user's turn is ended on demand, with the model's own turn detection. */
  readonly endsTurnBy: 'silence' | 'stream-end';
  /** How a conversation is told again: announced in the setup, or as plain content. */
  readonly history: 'announced' | 'plain';
  /** How the model is made to speak first. */
  readonly firstMessageAs: 'realtime-text' | 'client-content';
  /** After a resumption, calls that were open must be answered before anything else. */
  readonly answersCallsOnResume: boolean;
}

/** Names of the profiles, as in the `profile` option. */
export const MODEL_PROFILE_NAMES = [
  '3.8',
  '3.8-extended-thinking',
  '3.1',
  '2.5-native-audio',
  '2.5-half-cascade',
] as const;

/** A generation of Gemini Live models. */
export type ModelProfileName = (typeof MODEL_PROFILE_NAMES)[number];

const UNSTATED: ModelProfile['toolBehaviors'] = { developer: [], vertex: [] };

/** @see https://ai.google.dev/gemini-api/docs/live-guide */
const PROFILES: Readonly<Record<ModelProfileName, ModelProfile>> = {
  '3.8': {
    name: '3.8',
    thinking: 'refused',
    // A call that blocks is taken back by whatever the user says or the line brings in, and its result then gets lost.
    toolBehaviors: { developer: ['NON_BLOCKING', 'BLOCKING'], vertex: ['NON_BLOCKING', 'BLOCKING'] },
    takesJsonSchema: true,
    refusesInputDuringCalls: false,
    endsTurnBy: 'silence',
    history: 'announced',
    firstMessageAs: 'realtime-text',
    answersCallsOnResume: true,
  },
  '3.8-extended-thinking': {
    name: '3.8-extended-thinking',
    thinking: 'level-required',
    toolBehaviors: UNSTATED,
    takesJsonSchema: true,
    refusesInputDuringCalls: false,
    endsTurnBy: 'silence',
    history: 'announced',
    firstMessageAs: 'realtime-text',
    answersCallsOnResume: true,
  },
  '3.1': {
    name: '3.1',
    thinking: 'level',
    toolBehaviors: UNSTATED,
    takesJsonSchema: true,
    refusesInputDuringCalls: true,
    endsTurnBy: 'stream-end',
    history: 'announced',
    firstMessageAs: 'realtime-text',
    answersCallsOnResume: false,
  },
  '2.5-native-audio': {
    name: '2.5-native-audio',
    thinking: 'budget',
    // Vertex refuses the field for this generation.
    toolBehaviors: { developer: ['BLOCKING', 'NON_BLOCKING'], vertex: [] },
    takesJsonSchema: false,
    refusesInputDuringCalls: true,
    endsTurnBy: 'stream-end',
    history: 'plain',
    firstMessageAs: 'client-content',
    answersCallsOnResume: false,
  },
  '2.5-half-cascade': {
    name: '2.5-half-cascade',
    thinking: 'refused',
    toolBehaviors: UNSTATED,
    takesJsonSchema: false,
    refusesInputDuringCalls: true,
    endsTurnBy: 'stream-end',
    history: 'plain',
    firstMessageAs: 'client-content',
    answersCallsOnResume: false,
  },
};

/** First match wins. */
const FAMILIES: readonly (readonly [pattern: RegExp, name: ModelProfileName])[] = [
  [/3\.8.*extended-thinking/, '3.8-extended-thinking'],
  [/3\.8/, '3.8'],
  [/3\.1/, '3.1'],
  [/2\.5.*native-audio/, '2.5-native-audio'],
  [/live-2\.5-flash/, '2.5-half-cascade'],
];

/** The profile of a model by its id, whatever path is before it; an unknown model is taken for the newest generation. */
export function profileOfModel(model: string, chosen?: ModelProfileName): ModelProfile {
  if (chosen !== undefined) return PROFILES[chosen];
  const id = modelId(model).toLowerCase();
  return PROFILES[FAMILIES.find(([pattern]) => pattern.test(id))?.[1] ?? '3.8'];
}

/** The behaviour of tools that is asked for: the operator's where the model knows it, else the model's first. */
export function toolBehaviorOf(
  { toolBehaviors }: ModelProfile,
  { vertex, toolBehavior }: Pick<GoogleOptions, 'vertex' | 'toolBehavior'>,
): ToolBehavior | undefined {
  const known = toolBehaviors[vertex === undefined ? 'developer' : 'vertex'];
  const chosen = toolBehavior === 'blocking' ? 'BLOCKING' : toolBehavior === 'background' ? 'NON_BLOCKING' : undefined;
  return known.find((each) => each === chosen) ?? known[0];
}

/** The bare id of a model given as `gemini-…`, `models/gemini-…` or a whole resource path. */
export function modelId(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}
