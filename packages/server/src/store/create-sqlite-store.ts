import { Worker } from 'node:worker_threads';
import { steadyEpochMs } from '../anchored-time.ts';
import { createBlockingSqliteStore } from './blocking-sqlite-store.ts';
import { openSqlite } from './open-sqlite.ts';
import { SqliteLock } from './sqlite-lock.ts';
import { storeUnavailable } from './store-error.ts';
import {
  fromFailure,
  threadsNowMs,
  type StoreMethod,
  type StoreReply,
  type StoreRequest,
  type StoreThreadData,
} from './store-messages.ts';
import type { AcquireOptions, SessionStore } from './store.ts';

/** Where {@link createSqliteStore} keeps its data. */
export interface SqliteStoreOptions {
  /** A file, made with its folder where missing, or `:memory:` for data that ends with the process. */
  readonly path: string;
  /**
   * Clock, epoch milliseconds, for what the store itself forgets: spent tokens.
   * @defaultValue the wall clock as it was when the process started, counted on by the monotonic clock
   */
  readonly nowMs?: () => number;
  /**
   * Whether a thread of its own carries the requests out. Without one a gateway starts sooner, which suits tests; but
   * a lock, a disk or a long report then holds up every session of the process.
   * @defaultValue true
   */
  readonly hasThread?: boolean;
}

/** Calls under way; more than that are refused, since a thread so far behind is stuck. */
const MAX_CALLS = 10_000;
/** Longest wait for an answer: a disk that hangs must not keep requests hanging. */
const CALL_TIMEOUT_MS = 10_000;
/** A thread that died is not started again sooner. */
const RESTART_MS = 1000;

const isSource = import.meta.url.endsWith('.ts');
const threadUrl = new URL(isSource ? './sqlite-thread.ts' : './sqlite-thread.js', import.meta.url);

/**
 * The embedded store: SQLite through Node's own driver, in its own thread unless asked otherwise, so that no lock, disk
 * or long report holds up a session. Requests are carried out in their order.
 * @throws StoreError `STORE_UNUSABLE` when the file cannot be opened.
 */
export function createSqliteStore({ path, nowMs = steadyEpochMs, hasThread = true }: SqliteStoreOptions): SessionStore {
  if (!hasThread) return createBlockingSqliteStore({ path, nowMs });
  // What is wrong with the file is reported at start-up, not by the first call.
  if (path !== ':memory:') openSqlite(path).close();
  const thread = new StoreThread(path, nowMs);
  const lock = path === ':memory:' ? undefined : new SqliteLock(path);
  const calls = Object.fromEntries(
    Object.keys(METHODS).map((method) => [method, (...args: unknown[]) => thread.call(method as StoreMethod, args)]),
  ) as unknown as Pick<SessionStore, StoreMethod>;
  return {
    ...calls,
    acquire: async (options: AcquireOptions) => lock?.acquire(options),
    async close() {
      await thread.close();
      lock?.release();
    },
  };
}

/** All of them, by their type. */
const METHODS = {
  createSession: true,
  sessionConnected: true,
  saveProgress: true,
  appendTranscript: true,
  sessionEnded: true,
  record: true,
  findSession: true,
  listSessions: true,
  readTranscript: true,
  usageReport: true,
  deleteExpired: true,
  closeStaleSessions: true,
  saveToken: true,
  takeToken: true,
  saveKey: true,
  findKey: true,
  listKeys: true,
  revokeKey: true,
  claimIdempotency: true,
  saveIdempotentResponse: true,
  releaseIdempotency: true,
} as const satisfies Record<StoreMethod, true>;

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** The thread and the calls that are under way in it. It keeps the process alive only while there are some. */
class StoreThread {
  readonly #path: string;
  readonly #nowMs: () => number;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #diedAtMs = -Infinity;
  #count = 0;
  #closing: Promise<void> | undefined;

  constructor(path: string, nowMs: () => number) {
    this.#path = path;
    this.#nowMs = nowMs;
  }

  call(method: StoreMethod, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) throw new Error('The store is closed.');
      if (this.#calls.size >= MAX_CALLS) throw storeUnavailable('It has too much to do.');
      const worker = this.#running();
      this.#count += 1;
      const id = this.#count;
      const deadlineMs = threadsNowMs() + CALL_TIMEOUT_MS;
      const request: StoreRequest = { type: 'call', id, method, args, nowMs: this.#nowMs(), deadlineMs };
      worker.postMessage(request);
      const timer = setTimeout(() => {
        this.#settle(id)?.reject(storeUnavailable(`it did not answer within ${CALL_TIMEOUT_MS / 1000} s.`));
      }, CALL_TIMEOUT_MS);
      this.#calls.set(id, { resolve, reject, timer });
      worker.ref();
    });
  }

  /** Finishes what was begun. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      // A disk that hangs must not hold up the end of the process.
      const timer = setTimeout(() => void worker.terminate(), CALL_TIMEOUT_MS);
      worker.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      worker.ref();
      worker.postMessage({ type: 'close' } satisfies StoreRequest);
    });
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    if (performance.now() - this.#diedAtMs < RESTART_MS)
      throw storeUnavailable('Its thread ended and is started again.');
    const worker = new Worker(threadUrl, {
      workerData: { path: this.#path } satisfies StoreThreadData,
      execArgv: ['--disable-warning=ExperimentalWarning', ...(isSource ? ['--conditions=@speko/source'] : [])],
      env: {},
    });
    worker.on('message', (reply: StoreReply) => this.#replied(reply));
    worker.on('error', (error: Error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, undefined));
    this.#worker = worker;
    return worker;
  }

  #replied(reply: StoreReply): void {
    const call = this.#settle(reply.id);
    if (reply.ok) call?.resolve(reply.value);
    else call?.reject(fromFailure(reply.error));
  }

  /** A call that is answered, or waited for no longer. */
  #settle(id: number): Call | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    clearTimeout(call?.timer);
    if (this.#calls.size === 0) this.#worker?.unref();
    return call;
  }

  #ended(worker: Worker, error: Error | undefined): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#diedAtMs = performance.now();
    for (const id of this.#calls.keys())
      this.#settle(id)?.reject(storeUnavailable(error?.message ?? 'Its thread ended.'));
  }
}
