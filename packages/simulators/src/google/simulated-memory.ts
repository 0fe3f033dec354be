import type { SimulatorSettings } from './simulator-options.ts';
import { invalidArgument, VendorClose } from './vendor-close.ts';

/** What a model knows of a conversation; it outlives connections. */
export interface SimulatedConversation {
  readonly model: string;
  userTurnCount: number;
  responseCount: number;
  /** Everything so far, counted again with every turn. */
  textTokens: number;
  audioTokens: number;
  /** Calls without a result, by id. */
  readonly openCalls: Map<string, OpenCall>;
}

export interface OpenCall {
  readonly name: string;
  readonly isBlocking: boolean;
}

interface Handle {
  readonly conversation: SimulatedConversation;
  /** The connection that was given it. */
  readonly owner: object;
}

/** The handles of one simulated service, and which connections are still there. */
export class SimulatedMemory {
  readonly #handles = new Map<string, Handle>();
  readonly #goneAtMs = new WeakMap<object, number>();

  begin(model: string): SimulatedConversation {
    return { model, userTurnCount: 0, responseCount: 0, textTokens: 0, audioTokens: 0, openCalls: new Map() };
  }

  handleFor(owner: object, conversation: SimulatedConversation): string {
    const handle = `handle-${String(this.#handles.size + 1).padStart(6, '0')}`;
    this.#handles.set(handle, { conversation: { ...conversation, openCalls: new Map(conversation.openCalls) }, owner });
    return handle;
  }

  left(owner: object, nowMs: number): void {
    this.#goneAtMs.set(owner, nowMs);
  }

  /** @throws {@link VendorClose} where there is nothing to resume, or the old connection is still there */
  resume(handle: string, model: string, { handleLifetimeMs }: SimulatorSettings, nowMs: number): SimulatedConversation {
    const known = this.#handles.get(handle);
    if (known === undefined) throw new VendorClose(1008, 'Requested entity was not found.');
    const goneAtMs = this.#goneAtMs.get(known.owner);
    if (goneAtMs === undefined) throw new VendorClose(1011, 'Internal error encountered.');
    if (nowMs - goneAtMs > handleLifetimeMs) throw new VendorClose(1008, 'Requested entity was not found.');
    if (known.conversation.model !== model) throw invalidArgument();
    return { ...known.conversation, openCalls: new Map(known.conversation.openCalls) };
  }
}
