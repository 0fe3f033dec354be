import type { ToolDefinition } from '@speko/adapter';

/** Longest part of a message that counts, in UTF-16 code units. */
const MAX_READ_CHARACTERS = 2000;

/**
 * Which tools a typed message asks for: those it names; else the first two for "both"; else the first for "call" or
 * "tool"; else none.
 */
export function chooseTools(text: string, tools: readonly ToolDefinition[]): readonly ToolDefinition[] {
  if (tools.length === 0) return [];
  const words = new Set(
    text
      .slice(0, MAX_READ_CHARACTERS)
      .toLowerCase()
      .split(/[^\p{L}\p{N}_-]+/u),
  );
  const named = tools.filter((tool) => words.has(tool.name.toLowerCase()));
  if (named.length > 0) return named;
  if (words.has('both')) return tools.slice(0, 2);
  return words.has('call') || words.has('tool') ? tools.slice(0, 1) : [];
}
