import { RecentMap } from '../recent-map.ts';
import type { ResponseLedger } from './response-ledger.ts';

/** A response that the vendor announces. */
export interface AnnouncedResponse {
  readonly responseId: string;
  /**
   * Whether its id was that of a response which is over. The vendor may have begun another one under that id, or only
   * said something twice: the response begins with the first thing it says.
   */
  readonly isUsedAgain: boolean;
}

/**
 * Ids of responses that are unique on the connection, for servers whose own are not: they use one again, or leave them
 * out, which then means the answer that runs.
 */
export class ResponseNames {
  readonly #ledger: ResponseLedger;
  /** By the vendor's id, for ids that were used again. */
  readonly #renamed = new RecentMap<string, string>();
  readonly #wireIds = new RecentMap<string, string>();
  #mintCount = 0;
  #isAnnouncing = false;
  #waiting: { readonly responseId: string; readonly mark: unknown } | undefined;

  constructor(ledger: ResponseLedger) {
    this.#ledger = ledger;
  }

  /** The response a message is about. `undefined` for one without an id that comes when no answer runs. */
  idOf(wireId: string | undefined): string | undefined {
    if (wireId !== undefined) return this.#renamed.size === 0 ? wireId : (this.#renamed.get(wireId) ?? wireId);
    const known = this.#ledger.runningId ?? this.#waiting?.responseId;
    // A server that announces its answers has none now: this is the rest of one that is over.
    return known !== undefined || this.#isAnnouncing ? known : this.#mint('response');
  }

  /** The vendor's id of a response; `undefined` where it has none. */
  wireIdOf(responseId: string): string | undefined {
    return (this.#wireIds.get(responseId) ?? responseId) || undefined;
  }

  /** The vendor says that a response begins. */
  announced(wireId: string | undefined): AnnouncedResponse {
    const known = this.idOf(wireId);
    this.#isAnnouncing = true;
    if (known === undefined) return { responseId: this.#mint('response'), isUsedAgain: false };
    if (known === this.#waiting?.responseId) return { responseId: known, isUsedAgain: true };
    if (wireId === undefined || !this.#ledger.isDone(known)) return { responseId: known, isUsedAgain: false };
    const responseId = this.#mint(wireId);
    this.#renamed.set(wireId, responseId);
    this.#wireIds.set(responseId, wireId);
    return { responseId, isUsedAgain: true };
  }

  /** An announced response begins with the first thing it says. */
  wait(responseId: string, mark: unknown): void {
    this.#waiting = { responseId, mark };
  }

  /** A response begins; returns the mark it was announced with. */
  begun(responseId: string): unknown {
    if (this.#waiting?.responseId !== responseId) return undefined;
    const { mark } = this.#waiting;
    this.#waiting = undefined;
    return mark;
  }

  #mint(base: string): string {
    this.#mintCount += 1;
    const responseId = `${base}~${this.#mintCount + 1}`;
    this.#wireIds.set(responseId, '');
    return responseId;
  }
}
