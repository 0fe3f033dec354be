import type { ConversionBudget } from './conversion-budget.ts';
import type { Alternative } from './schema-alternatives.ts';

/** Properties of an object over all its alternatives. */
export class ObjectShapes {
  readonly #budget: ConversionBudget;

  constructor(budget: ConversionBudget) {
    this.#budget = budget;
  }

  /** By name, lists of schemas of which one has to hold. An empty list is for alternatives that say nothing of it. */
  propertiesOf(alternatives: readonly Alternative[]): Map<string, (readonly unknown[])[]> {
    const shapes = alternatives.map((alternative) => this.#shapeOf(alternative));
    const names = new Set(shapes.flatMap((shape) => [...shape.keys()]));
    this.#budget.work(names.size * alternatives.length);
    const options = new Map<string, (readonly unknown[])[]>();
    for (const name of names) {
      const lists: (readonly unknown[])[] = [];
      shapes.forEach((shape, index) => {
        const list = shape.get(name) ?? [];
        if (list.length === 0 && this.#forbids(alternatives[index], name)) return;
        if (!lists.some((known) => this.#areSame(known, list))) lists.push(list);
      });
      options.set(name, lists);
    }
    return options;
  }

  #forbids(alternative: Alternative | undefined, name: string): boolean {
    const parts = [...(alternative?.parts ?? [])];
    this.#budget.work(parts.length);
    return parts.some(({ isClosed, properties }) => isClosed && !properties.has(name));
  }

  #shapeOf({ parts }: Alternative): Map<string, unknown[]> {
    const shape = new Map<string, unknown[]>();
    for (const { properties } of parts) {
      this.#budget.work(properties.size);
      for (const [name, schema] of properties) {
        const list = shape.get(name);
        if (list === undefined) shape.set(name, [schema]);
        else list.push(schema);
      }
    }
    return shape;
  }

  /** They have the same properties, and differ in what is required of them. */
  areOne(alternatives: readonly Alternative[]): boolean {
    const [first, ...others] = alternatives.map((alternative) => this.#shapeOf(alternative));
    return others.every(
      (shape) =>
        first !== undefined &&
        shape.size === first.size &&
        [...shape].every(([name, list]) => this.#areSame(first.get(name) ?? [], list)),
    );
  }

  #areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
    this.#budget.work(one.length);
    return one.length === other.length && one.every((schema, index) => schema === other[index]);
  }

  /** Properties required by every alternative. */
  requiredIn(alternatives: readonly Alternative[]): string[] {
    let names: Set<string> | undefined;
    for (const { parts } of alternatives) {
      const own = new Set<string>();
      for (const { required } of parts) {
        this.#budget.work(required.length);
        for (const name of required) own.add(name);
      }
      names = names === undefined ? own : new Set([...names].filter((name) => own.has(name)));
    }
    return [...(names ?? [])];
  }
}
