import type { SessionStore } from '../store.ts';

/** One promise of the store contract. Bound to no test runner: register each case as a test of your own. */
export interface StoreContractCase {
  /** Begins with the protocol rule it serves, where there is one. */
  readonly title: string;
  /** Rejects when the store breaks the promise. The store is new, empty, and reads the clock at {@link CONTRACT_NOW_MS}. */
  readonly run: (store: SessionStore) => Promise<void>;
}

/** The present of a store under test: 2026-01-31T12:00:00Z. */
export const CONTRACT_NOW_MS = 1_769_860_800_000;
