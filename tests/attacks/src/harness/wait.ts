/** Lets this much time pass, or less where `signal` says that it is over. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Whether `holds` becomes true within `ms`; asked every 20 ms. */
export async function within(ms: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() >= deadline) return false;
    await pause(20);
  }
  return true;
}

/** The value of `promise`, or `undefined` after `ms`. A rejection counts as no value. */
export async function settledWithin<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  const tooLate = new AbortController();
  try {
    return await Promise.race([promise.catch(() => undefined), pause(ms, tooLate.signal).then(() => undefined)]);
  } finally {
    tooLate.abort();
  }
}
