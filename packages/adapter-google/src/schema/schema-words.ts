import { isExactInteger } from '@speko/protocol/lean';
import type { ConversionBudget } from './conversion-budget.ts';
import type { JsonSchema } from './schema-keywords.ts';

/** Longest addition to one description, in characters. */
const MAX_WORDS_CHARS = 4000;
/** One enumeration in words. */
const MAX_VALUES_CHARS = 500;

/** Says in a description what a schema cannot say. */
export class SchemaWords {
  readonly #budget: ConversionBudget;
  readonly #quotes = new Map<JsonSchema, string>();

  constructor(budget: ConversionBudget) {
    this.#budget = budget;
  }

  /** Keywords as they were written; nothing where that would be too long. */
  quote(keywords: JsonSchema): string {
    const known = this.#quotes.get(keywords);
    if (known !== undefined) return known;
    const text = this.#json(keywords, MAX_WORDS_CHARS);
    const words = text === undefined ? '' : `Also, in JSON Schema: ${text}`;
    this.#quotes.set(keywords, words);
    return words;
  }

  /** The values of an enumeration; the rest is left out where there are too many. */
  values(values: readonly unknown[]): string {
    const texts: string[] = [];
    let room = MAX_VALUES_CHARS;
    for (const value of values) {
      const text = this.#json(value, room);
      if (text === undefined) return texts.length === 0 ? '' : `One of: ${texts.join(', ')} and others.`;
      texts.push(text);
      room -= text.length + 2;
    }
    return `One of: ${texts.join(', ')}.`;
  }

  /** @returns Descriptions, whole, and what fits of the rest behind them. */
  join(descriptions: readonly string[], rest: readonly string[]): string {
    let room = MAX_WORDS_CHARS;
    const fitting = rest.filter((each) => each !== '' && (room -= each.length + 1) >= 0);
    return [...descriptions, ...fitting].join(' ');
  }

  #json(value: unknown, room: number): string | undefined {
    return this.#fits(value, room) < 0 ? undefined : JSON.stringify(value);
  }

  /** What is left of the room, roughly; below 0 as soon as it is known that there is none. */
  #fits(value: unknown, room: number): number {
    this.#budget.work(1);
    if (typeof value === 'string') return room - value.length - 2;
    if (isExactInteger(value)) return room - value.rawJSON.length;
    if (typeof value !== 'object' || value === null) return room - String(value).length;
    let left = room - 2;
    for (const key in value) {
      if (left < 0) return left;
      left = this.#fits((value as JsonSchema)[key], left - (Array.isArray(value) ? 1 : key.length + 4));
    }
    return left;
  }
}
