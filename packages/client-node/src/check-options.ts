import { invalidArgument } from '@speko/client-core';

import { NO_SUCH_SETTING, OPTION_NAMES, OTHER_NAMES, type OptionPlace } from './option-names.ts';

/**
 * Refuses options that nobody would read: a prompt under the name that another SDK has for it would be missed in silence.
 * Options that are `undefined` pass.
 * @throws {@link SpekoError} `INVALID_ARGUMENT` that names the option that is meant
 */
export function checkOptions(place: OptionPlace, options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument(`${place} takes an object with ${listNames(place)}.`);
  }
  const known: readonly string[] = OPTION_NAMES[place];
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(name)) throw invalidArgument(describeUnknown(place, name));
  }
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

function describeUnknown(place: OptionPlace, name: string): string {
  const spelling = spell(name);
  const meant = OPTION_NAMES[place].find((known) => spell(known) === spelling || isOtherName(known, spelling));
  const complaint = `${place} has no option "${name}".`;
  if (meant !== undefined) return `${complaint} Use ${meant}.`;
  const advice = describeElsewhere(spelling) ?? NO_SUCH_SETTING.get(spelling);
  return [complaint, advice, `There are ${listNames(place)}.`].filter((part) => part !== undefined).join(' ');
}

function describeElsewhere(spelling: string): string | undefined {
  for (const [place, names] of Object.entries(OPTION_NAMES)) {
    const name = names.find((known) => spell(known) === spelling);
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
