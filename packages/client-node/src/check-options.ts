import { invalidArgument } from '@speko/client-core';
import { NO_SUCH_SETTING, OPTION_NAMES, OTHER_NAMES, type OptionPlace } from './option-names.ts';

/** An error says no more than so many. */
const MOST_TOLD = 5;
/** Options that are called. */
const FUNCTIONS = new Set(['fetch', 'onFrame', 'onIgnored', 'onHandlerError', 'execute', 'report']);

/** What has no session and no provider: their settings mean nothing there. */
const NO_SESSION: ReadonlySet<OptionPlace> = new Set(['interrupt()', 'pacedAudio()', 'new PlaybackClock()']);

/**
 * Refuses options that would be ignored: a prompt under the name that another SDK has for it would be missed in silence.
 * Options that are `undefined` pass. Of the values only what would be called is looked at; the gateway checks its own.
 * @throws {@link SpekoError} `INVALID_ARGUMENT` that names the options that are meant
 */
export function checkOptions(place: OptionPlace, options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument(`${place} takes an object with ${listNames(place)}.`);
  }
  const known: readonly string[] = OPTION_NAMES[place];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.map(([name]) => name).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw invalidArgument(describeUnknown(place, unknown.slice(0, MOST_TOLD)));
  for (const [name, value] of given as [string, unknown][]) {
    if (FUNCTIONS.has(name) && typeof value !== 'function') throw invalidArgument(`${name} must be a function.`);
    if (name === 'signal' && !isSignal(value)) {
      throw invalidArgument('signal must be an AbortSignal, such as that of an AbortController: controller.signal.');
    }
  }
}

function isSignal(value: unknown): boolean {
  return value === null || (typeof value === 'object' && value !== null && 'aborted' in value);
}

/**
 * {@link checkOptions} for each tool of a session. What other SDKs write in each of theirs, `type: 'function'`, passes.
 * @throws {@link SpekoError} `INVALID_ARGUMENT`
 */
export function checkTools(tools: unknown): void {
  if (tools === undefined) return;
  if (!Array.isArray(tools)) throw invalidArgument('tools takes an array, each made by defineTool().');
  for (const tool of tools as unknown[]) {
    const isTyped = typeof tool === 'object' && tool !== null && 'type' in tool && tool.type === 'function';
    checkOptions('defineTool()', isTyped ? { ...tool, type: undefined } : tool);
  }
}

function describeUnknown(place: OptionPlace, names: readonly string[]): string {
  const advice = names.map((name) => findMeant(place, name) ?? findAdvice(place, name));
  const told = names.map((name, index) => [`${place} has no option "${name}".`, advice[index]]).flat();
  const isClear = advice.every((sentence) => sentence !== undefined);
  return [...told, isClear ? undefined : `There are ${listNames(place)}.`]
    .filter((part) => part !== undefined)
    .join(' ');
}

function findMeant(place: OptionPlace, name: string): string | undefined {
  const spelling = spell(name);
  const meant = OPTION_NAMES[place].find((known) => spell(known) === spelling || isOtherName(known, spelling));
  return meant === undefined ? undefined : `Use ${meant}.`;
}

/** What to do about an option that the place has under no name. */
function findAdvice(place: OptionPlace, name: string): string | undefined {
  const spelling = spell(name);
  return (
    findPlace((known) => spell(known) === spelling) ??
    (NO_SESSION.has(place) ? undefined : NO_SUCH_SETTING.get(spelling)) ??
    findPlace((known) => isOtherName(known, spelling))
  );
}

function findPlace(isMeant: (known: string) => boolean): string | undefined {
  for (const [place, names] of Object.entries(OPTION_NAMES)) {
    const name = names.find(isMeant);
    if (name !== undefined) return `${name} belongs to ${place}.`;
  }
  return undefined;
}

/** Names that differ in case, `_` and `-` alone are the same to people. */
function spell(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

function isOtherName(known: string, spelling: string): boolean {
  return OTHER_NAMES[known]?.includes(spelling) ?? false;
}

function listNames(place: OptionPlace): string {
  return OPTION_NAMES[place].join(', ');
}
