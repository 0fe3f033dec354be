import type { ProviderFrame } from '@speko/adapter';

/** Deep enough that writing the value as JSON again runs out of stack. */
const LEVELS = 10_000;
const PLACE = '@@place@@';

/** Lists within lists, and objects within objects, as JSON. */
export const DEEP_JSON: readonly [list: string, object: string] = [
  '['.repeat(LEVELS) + ']'.repeat(LEVELS),
  `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`,
];

/** The message with one value after the other replaced by one that nests too deep; none for what is not JSON. */
export function* deepenFrame(frame: ProviderFrame): Generator<{ readonly what: string; readonly frame: string }> {
  const message = readJson(frame);
  for (const [path, changed] of replaceEach(message, PLACE)) {
    const text = JSON.stringify(changed);
    for (const deep of DEEP_JSON) {
      yield { what: `${text.slice(0, 80)}… with ${path} too deep`, frame: text.replace(JSON.stringify(PLACE), deep) };
    }
  }
}

/** Which messages are alike: names of fields, without what they hold. */
export function shapeOfFrame(frame: ProviderFrame): string {
  return JSON.stringify(readJson(frame), (key, value: unknown) =>
    key === 'type' || (typeof value === 'object' && value !== null) ? value : 0,
  );
}

function readJson(frame: ProviderFrame): unknown {
  try {
    return JSON.parse(typeof frame === 'string' ? frame : new TextDecoder().decode(frame));
  } catch {
    return undefined;
  }
}

/** Frames are those of a simulator, so that they nest a few levels only. */
function* replaceEach(value: unknown, by: string, path = ''): Generator<readonly [path: string, changed: unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const place = `${path}/${key}`;
    const put = (other: unknown): unknown =>
      Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    yield [place, put(by)];
    for (const [inner, changed] of replaceEach(part, by, place)) yield [inner, put(changed)];
  }
}
