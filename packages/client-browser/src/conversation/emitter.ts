/** Listeners by event name. */
export interface Emitter<Events> {
  on<Name extends keyof Events>(event: Name, listener: (value: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(event: Name, value: Events[Name]): void;
  /** Whether anyone listens, for what is costly to make. */
  has(event: keyof Events): boolean;
}

/** A throwing listener does not stop the others; the browser reports its error as uncaught. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners: { [Name in keyof Events]?: Set<(value: Events[Name]) => void> } = {};
  return {
    on(event, listener) {
      // Wrapped, so that the same function may listen twice.
      const own: typeof listener = (value) => listener(value);
      const set = (listeners[event] ??= new Set());
      set.add(own);
      return () => void set.delete(own);
    },
    emit(event, value) {
      for (const listener of listeners[event] ?? []) {
        try {
          listener(value);
        } catch (error) {
          reportError(error);
        }
      }
    },
    has: (event) => (listeners[event]?.size ?? 0) > 0,
  };
}
