import type { Call } from '../call.ts';
import type { Child } from '../child.ts';

/** One way from the client to the vendor. */
export interface Route {
  readonly name: 'direct' | 'pass-through' | 'gateway';
  /** The process in the middle, if there is one. */
  readonly middle: Child | undefined;
  open(): Promise<Call>;
}
