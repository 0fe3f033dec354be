/**
 * A parsed JSON value with each text, and each name, replaced by what the functions make of it. Changes the value in
 * place. Nesting of any depth is no danger to the stack.
 *
 * @param text - What to put in the place of a text.
 * @param name - The name to put in the place of one; names are left alone where there is none.
 */
export function rewriteJson(value: unknown, text: (text: string) => unknown, name?: (name: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  const open: unknown[] = [value];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (!isContainer(holder)) continue;
    if (name !== undefined && !Array.isArray(holder)) rename(holder, name);
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      const part = holder[key];
      if (typeof part === 'string') {
        const replaced = text(part);
        // An own property, also one of the name `__proto__`: no setter is asked.
        if (replaced !== part) holder[key] = replaced;
      } else if (isContainer(part)) open.push(part);
    }
  }
  return value;
}

/** Gives an object its names anew, in their order. */
function rename(holder: object, name: (name: string) => string): void {
  const entries = Object.entries(holder);
  if (entries.every(([key]) => name(key) === key)) return;
  for (const [key] of entries) Reflect.deleteProperty(holder, key);
  for (const [key, value] of entries) {
    Object.defineProperty(holder, name(key), { value, configurable: true, enumerable: true, writable: true });
  }
}

/** Frozen ones are integers that a number cannot hold. */
function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value);
}
