// Runs in a thread of its own: SQLite works at once, and whatever it waits for, a lock or a disk, no call may wait for it.
import { parentPort, workerData } from 'node:worker_threads';
import { createSqliteStore } from './create-sqlite-store.ts';
import { toStoreFailure } from './sqlite-failure.ts';
import { storeUnavailable } from './store-error.ts';
import {
  packResult,
  type StoreReply,
  type StoreRequest,
  type StoreThreadData,
  threadsNowMs,
  toFailure,
  unpackArguments,
} from './store-messages.ts';

const { path } = workerData as StoreThreadData;
let nowMs = Date.now();
const store = createSqliteStore({ path, nowMs: () => nowMs });

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
    const value = await call.apply(store, [...unpackArguments(args)]);
    return { id, ok: true, method, value: packResult(method, value) };
  } catch (error) {
    return { id, ok: false, error: toFailure(toStoreFailure(error)) };
  }
}
