import { Fifo } from '../fifo.ts';

/** Limits how many of each key run at a time; later ones wait. Keeps nothing of an idle key. */
export class Places {
  readonly #max: number;
  readonly #keys = new Map<string, { taken: number; readonly waiting: Fifo<() => void> }>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Resolves with what gives the place back, once there is one; harmless when called again. */
  async enter(key: string): Promise<() => void> {
    const places = this.#keys.get(key) ?? { taken: 0, waiting: new Fifo<() => void>() };
    this.#keys.set(key, places);
    if (places.taken < this.#max) places.taken += 1;
    else await new Promise<void>((resolve) => places.waiting.push(resolve));
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const next = places.waiting.shift();
      if (next !== undefined) return next();
      places.taken -= 1;
      if (places.taken === 0) this.#keys.delete(key);
    };
  }
}
