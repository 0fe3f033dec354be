// Runs in its own thread: SQLite is synchronous, and no call may wait for its lock or disk.
import { parentPort, workerData } from 'node:worker_threads';
import { createBlockingSqliteStore } from './blocking-sqlite-store.ts';
import { toStoreFailure } from './sqlite-failure.ts';
import { storeUnavailable } from './store-error.ts';
import { type StoreReply, type StoreRequest, type StoreThreadData, threadsNowMs, toFailure } from './store-messages.ts';

const { path } = workerData as StoreThreadData;
let nowMs = Date.now();
const store = createBlockingSqliteStore({ path, nowMs: () => nowMs });

parentPort?.on('message', (request: StoreRequest) => {
  if (request.type === 'close') {
    void store.close().then(() => parentPort?.close());
    return;
  }
  nowMs = request.nowMs;
  void run(request).then((reply) => parentPort?.postMessage(reply));
});

async function run({ id, method, args, deadlineMs }: Extract<StoreRequest, { type: 'call' }>): Promise<StoreReply> {
  try {
    if (threadsNowMs() > deadlineMs) throw storeUnavailable('it was too busy.');
    // Each method takes what the other side was given for it.
    const call = store[method] as (...args: unknown[]) => Promise<unknown>;
    return { id, ok: true, value: await call.apply(store, [...args]) };
  } catch (error) {
    return { id, ok: false, error: toFailure(toStoreFailure(error)) };
  }
}
