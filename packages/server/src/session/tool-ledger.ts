/** The tool calls of a session: a result is wanted once for each, and only while the provider still waits. */
export class ToolLedger {
  readonly #calls = new Map<string, 'open' | 'answered' | 'cancelled'>();

  opened(callId: string): void {
    this.#calls.set(callId, 'open');
  }

  cancelled(callId: string): void {
    if (this.#calls.has(callId)) this.#calls.set(callId, 'cancelled');
  }

  /** Whether the provider still waits for a result. */
  get hasOpen(): boolean {
    return [...this.#calls.values()].includes('open');
  }

  /** Takes the answer to a call, or says in a sentence why it cannot be taken. */
  answer(callId: string): { readonly ok: true } | { readonly ok: false; readonly message: string } {
    const call = this.#calls.get(callId);
    if (call === 'open') {
      this.#calls.set(callId, 'answered');
      return { ok: true };
    }
    const shown = JSON.stringify(callId.slice(0, 64));
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
}
