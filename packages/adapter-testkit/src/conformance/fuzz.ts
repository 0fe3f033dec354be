import type { ProviderFrame, SessionCommand } from '@speko/adapter';

/** Repeatable pseudo-random numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** @returns From 0 up to, not including, 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }
}

const STRANGE_VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1e308,
  0.5,
  '',
  'x',
  '\u0000',
  '\ud800',
  '=',
  'AAA',
  '__proto__',
  [],
  [null],
  {},
  { type: null },
];

/** A frame that a confused vendor might send: a known one damaged, or nothing that makes sense. */
export function makeStrangeFrame(random: Random, known: readonly ProviderFrame[]): ProviderFrame {
  const [first, ...rest] = known;
  const model = first === undefined ? '{"type":"x"}' : random.pick([first, ...rest]);
  switch (random.below(first === undefined ? 3 : 7)) {
    case 0:
      return randomBytes(random);
    case 1:
      return JSON.stringify(randomJson(random, 3));
    case 2:
      return random.pick(['', '{', 'null', '[]', '"', '{"type":', 'hello', '0', '\ufeff{}', '{"type":"x"}']);
    case 3:
      return truncated(random, model);
    case 4:
      return model;
    default:
      return mutated(random, model);
  }
}

/** A command out of the blue, with ids that may mean nothing. */
export function makeStrangeCommand(random: Random, ids: readonly string[]): SessionCommand {
  const id = (): string => random.pick(['', 'unknown', ...ids]);
  switch (random.below(6)) {
    case 0:
      return { type: 'audio-commit' };
    case 1:
      return { type: 'audio-clear' };
    case 2:
      return { type: 'text-append', text: random.pick(['hi', '"', '\ud800', 'call the tool', 'x'.repeat(5000)]) };
    case 3:
      return { type: 'response-cancel', responseId: id() };
    case 4: {
      const totalMs = random.below(5000);
      const items = [{ itemId: id(), heardMs: random.below(totalMs + 1), totalMs }];
      return { type: 'response-truncate', responseId: id(), items: random.below(4) === 0 ? [] : items };
    }
    default:
      return { type: 'tool-result', callId: id(), output: random.pick(['{}', '', 'not json', '\ud800']) };
  }
}

function randomBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.below(200) }, () => random.below(256));
}

function randomJson(random: Random, depth: number): unknown {
  if (depth === 0 || random.below(3) === 0) return random.pick(STRANGE_VALUES);
  if (random.below(3) === 0) return Array.from({ length: random.below(4) }, () => randomJson(random, depth - 1));
  const keys = ['type', 'id', 'audio', 'delta', 'error', 'item', 'x', '__proto__'] as const;
  return Object.fromEntries(
    Array.from({ length: random.below(5) }, () => [random.pick(keys), randomJson(random, depth - 1)]),
  );
}

function truncated(random: Random, frame: ProviderFrame): ProviderFrame {
  return frame.slice(0, random.below(frame.length));
}

/** Replaces or removes one value somewhere inside a JSON frame; flips bytes of any other. */
function mutated(random: Random, frame: ProviderFrame): ProviderFrame {
  let value: unknown;
  try {
    value = JSON.parse(typeof frame === 'string' ? frame : new TextDecoder().decode(frame));
  } catch {
    return typeof frame === 'string'
      ? `${frame}\u0000`
      : frame.map((byte) => (random.below(8) === 0 ? random.below(256) : byte));
  }
  const text = JSON.stringify(mutateValue(random, value)) ?? 'null';
  return typeof frame === 'string' ? text : new TextEncoder().encode(text);
}

function mutateValue(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.below(6) === 0) return random.pick(STRANGE_VALUES);
  const entries = Object.entries(value);
  const index = random.below(entries.length);
  const [key, child] = entries[index] ?? ['x', null];
  if (random.below(4) === 0) entries.splice(index, 1);
  else entries[index] = [key, mutateValue(random, child)];
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
