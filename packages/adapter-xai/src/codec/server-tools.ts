import type { ServerToolEvent } from '@speko/adapter';
import { type CodecDraft, RecentIds, RecentMap } from '@speko/adapter-kit';

/** Name of MCP calls until their item tells it. */
const UNNAMED = 'mcp';
/** How many may run at once; more are passed over. */
const MAX_RUNNING = 256;

/** The tools that the vendor runs on its own side: reported, never answered. */
export class ServerTools {
  readonly #running = new Map<string, string>();
  readonly #over = new RecentIds();
  readonly #names = new RecentMap<string, string>();

  /** Whether one is running; asked for every piece of audio. */
  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  /** The item of an MCP call tells the name, its later events do not. */
  named(itemId: string, name: string): void {
    this.#names.set(itemId, name);
  }

  started(callId: string, name: string | undefined, draft: CodecDraft): void {
    if (this.#running.has(callId) || this.#over.has(callId) || this.#running.size >= MAX_RUNNING) return;
    const known = name ?? this.#names.get(callId) ?? UNNAMED;
    this.#running.set(callId, known);
    report(callId, known, 'started', draft);
  }

  ended(callId: string, status: 'completed' | 'failed', draft: CodecDraft): void {
    if (this.#over.has(callId)) return;
    const name = this.#running.get(callId) ?? this.#names.get(callId) ?? UNNAMED;
    this.#running.delete(callId);
    this.#over.add(callId);
    report(callId, name, status, draft);
  }

  /** The vendor does not say when its search tools are done: they are once the model goes on, or is over. */
  allEnded(status: 'completed' | 'failed', draft: CodecDraft): void {
    for (const callId of this.#running.keys()) this.ended(callId, status, draft);
  }
}

function report(callId: string, name: string, status: ServerToolEvent['status'], draft: CodecDraft): void {
  draft.events.push({ type: 'server-tool', callId, name, status });
}
