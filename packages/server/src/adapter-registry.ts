import type { RealtimeAdapter } from '@speko/adapter';

/** An adapter this gateway knows: ready for sessions, or waiting for its credentials. */
export type AdapterEntry =
  | {
      readonly state: 'configured';
      readonly adapter: RealtimeAdapter;
      /** Result of `parseOptions`. */ readonly options: unknown;
    }
  | {
      readonly state: 'missing';
      readonly adapter: RealtimeAdapter;
      /** Setting to set. */ readonly missingSetting: string;
    };

/** By adapter id. */
export type AdapterRegistry = ReadonlyMap<string, AdapterEntry>;

/** The provider of a session. */
export interface ChosenProvider {
  readonly adapter: RealtimeAdapter;
  /** Result of `parseOptions`. */
  readonly options: unknown;
}
