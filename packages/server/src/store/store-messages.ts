import { StoreError, type StoreErrorCode } from './store-error.ts';
import type { SessionStore } from './store.ts';

/** The methods of a store that its thread runs. */
export type StoreMethod = Exclude<keyof SessionStore, 'acquire' | 'close'>;

/** Start data of a store's thread. */
export interface StoreThreadData {
  readonly path: string;
}

/** One call, or the last word. */
export type StoreRequest =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: StoreMethod;
      readonly args: readonly unknown[];
      /** The caller's clock, epoch milliseconds. */
      readonly nowMs: number;
      /** By {@link threadsNowMs}: after that the caller has given up, and the call is not carried out. */
      readonly deadlineMs: number;
    }
  | { readonly type: 'close' };

/** Monotonic milliseconds, the same in every thread of this process. */
export function threadsNowMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** The outcome of a call. */
export type StoreReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: StoreFailure };

/** An error as it crosses between threads, which keep no class. */
export interface StoreFailure {
  /** Absent for a fault of the database or of the store itself. */
  readonly code?: StoreErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

export function toFailure(error: unknown): StoreFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!StoreError.isInstance(error)) return { message, retryable: false };
  return { code: error.code, message, retryable: error.retryable };
}

export function fromFailure({ code, message, retryable }: StoreFailure): Error {
  return code === undefined ? new Error(message) : new StoreError({ code, message, retryable });
}
