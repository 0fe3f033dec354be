/** Calls that are remembered, so that a result that comes twice or too late is told from one for no call. */
const MAX_CALLS = 1000;

/** The tool calls of a session: a result is wanted once for each, and only while the provider still waits. */
export class ToolLedger {
  /** The oldest first. */
  readonly #calls = new Map<string, 'open' | 'answered' | 'cancelled'>();
  #open = 0;

  opened(callId: string): void {
    if (this.#calls.size >= MAX_CALLS && !this.#calls.has(callId)) this.#forgetOldest();
    this.#set(callId, 'open');
  }

  cancelled(callId: string): void {
    if (this.#calls.has(callId)) this.#set(callId, 'cancelled');
  }

  /** Whether the provider still waits for a result. */
  get hasOpen(): boolean {
    return this.#open > 0;
  }

  /** Takes the answer to a call, or says in a sentence why it cannot be taken. */
  answer(callId: string): { readonly ok: true } | { readonly ok: false; readonly message: string } {
    const call = this.#calls.get(callId);
    if (call === 'open') {
      this.#set(callId, 'answered');
      return { ok: true };
    }
    const shown = JSON.stringify(callId.slice(0, 64).toWellFormed());
    if (call === undefined) {
      return {
        ok: false,
        message: `No tool call ${shown} was made in this session; send the callId of a tool_call frame.`,
      };
    }
    return call === 'answered'
      ? { ok: false, message: `Tool call ${shown} already has its result; send one tool_result per call.` }
      : { ok: false, message: `Tool call ${shown} was cancelled by the provider; its result is no longer needed.` };
  }

  #set(callId: string, state: 'open' | 'answered' | 'cancelled'): void {
    if (this.#calls.get(callId) === 'open') this.#open -= 1;
    if (state === 'open') this.#open += 1;
    this.#calls.set(callId, state);
  }

  #forgetOldest(): void {
    for (const [callId, state] of this.#calls) {
      if (state === 'open') this.#open -= 1;
      this.#calls.delete(callId);
      return;
    }
  }
}
