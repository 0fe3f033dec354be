import { Socket } from 'node:net';

const GLOBALS = ['fetch', 'WebSocket', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const;
const LOG_METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** Runs `work` and reports what it touched of the world outside. @returns Names, each once */
export function withoutSideEffects(work: () => void): string[] {
  const touched = new Set<string>();
  const undo: (() => void)[] = [];
  const trap = (owner: object, key: string, value: unknown): void => {
    const original = Object.getOwnPropertyDescriptor(owner, key);
    Object.defineProperty(owner, key, { configurable: true, writable: true, value });
    undo.push(() => {
      if (original) Object.defineProperty(owner, key, original);
      else Reflect.deleteProperty(owner, key);
    });
  };
  // Constructible, so that `new WebSocket(…)` is caught too.
  const note = (name: string) =>
    function noted(): void {
      touched.add(name);
    };

  for (const name of GLOBALS) trap(globalThis, name, note(name));
  for (const name of LOG_METHODS) trap(console, name, note(`console.${name}`));
  trap(Socket.prototype, 'connect', note('a network socket'));
  const { env } = process;
  trap(
    process,
    'env',
    new Proxy(env, {
      get(target, key) {
        touched.add('process.env');
        return Reflect.get(target, key) as unknown;
      },
    }),
  );
  try {
    work();
  } finally {
    for (const restore of undo) restore();
  }
  return [...touched];
}
