import { PROVIDERS } from './provider-variables.ts';

/**
 * What is wrong with ids that somebody typed, with those that exist.
 * @returns `undefined` when every id is a provider of this gateway
 */
export function explainUnknownProviders(ids: readonly string[]): string | undefined {
  const known = PROVIDERS.map(({ adapter }) => adapter.id).toSorted();
  const unknown = [...new Set(ids)].filter((id) => !known.includes(id));
  if (unknown.length === 0) return undefined;
  const names = unknown.map((id) => `"${id}"`).join(' or ');
  return `There is no provider ${names}. There are ${known.join(', ')}.`;
}
