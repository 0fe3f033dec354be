import type { SimulatedTool, SimulatedToolResult } from '@speko/simulator-kit';
import { textTokens } from './count-usage.ts';
import { type SimulatedFunctionResponse, toolResponseSchema } from './read-client-input.ts';
import type { SimulatedCall } from './server-messages.ts';
import type { ServerProfile } from './server-profiles.ts';
import type { SimulatedConversation } from './simulated-memory.ts';
import type { SimulatedReply } from './simulated-reply.ts';
import type { SimulatedTooling } from './simulated-setup.ts';
import { invalidArgument, VendorClose } from './vendor-close.ts';

/** The calls of one connection and their results. */
export class SimulatedTools {
  #available: readonly SimulatedTool[] = [];
  readonly #profile: ServerProfile;
  readonly #conversation: SimulatedConversation;
  #behaviors: ReadonlyMap<string, 'BLOCKING' | 'NON_BLOCKING'> = new Map();
  /** Calls made on this connection, by id. */
  readonly #ownCalls = new Set<string>();
  #results: SimulatedToolResult[] = [];

  constructor(tools: SimulatedTooling, profile: ServerProfile, conversation: SimulatedConversation) {
    this.#profile = profile;
    this.#conversation = conversation;
    this.declare(tools);
  }

  /** Functions the model may call. */
  get available(): readonly SimulatedTool[] {
    return this.#available;
  }

  /** Puts these in the place of all functions before; open calls stay open. */
  declare(tools: SimulatedTooling): void {
    const declared = tools.flatMap(({ functionDeclarations }) => functionDeclarations);
    this.#available = declared.map(({ name, parameters, parametersJsonSchema }) => ({
      name,
      parameters: parameters ?? parametersJsonSchema,
    }));
    this.#behaviors = new Map(declared.map(({ name, behavior }) => [name, behavior ?? this.#profile.defaultBehavior]));
  }

  /** The model waits for a result and says nothing meanwhile. */
  get isBlocked(): boolean {
    return this.blockingIds.length > 0;
  }

  /** The calls that hold the model up. */
  get blockingIds(): readonly string[] {
    return [...this.#conversation.openCalls].flatMap(([id, { isBlocking }]) => (isBlocking ? [id] : []));
  }

  call(tools: NonNullable<SimulatedReply['tools']>): (SimulatedCall & { readonly id: string })[] {
    const { openCalls, responseCount } = this.#conversation;
    return tools.map(({ name, arguments: args }) => {
      const count = String(this.#ownCalls.size + 1).padStart(3, '0');
      const id = `${this.#profile.callIdPrefix}${responseCount}${count}`;
      this.#ownCalls.add(id);
      openCalls.set(id, { name, isBlocking: this.#behaviors.get(name) !== 'NON_BLOCKING' });
      return { id, name, args: { ...args } };
    });
  }

  /** Takes back those of the calls that are still open. Returns their ids. */
  cancel(callIds: readonly string[]): string[] {
    const ids = callIds.filter((id) => this.#conversation.openCalls.delete(id));
    if (ids.length > 0) this.#results = [];
    return ids;
  }

  /**
   * Takes results. Returns those to answer once the model is to speak of them; none for calls of an earlier
   * connection, which are taken note of.
   *
   * @throws {@link VendorClose} for what is no result of an open call
   */
  take(toolResponse: unknown): readonly SimulatedToolResult[] | undefined {
    const parsed = toolResponseSchema.safeParse(toolResponse);
    if (!parsed.success) throw invalidArgument();
    for (const response of parsed.data.functionResponses) this.#take(response);
    // Of results that are told in silence the model speaks once it is told of another.
    const isSilent = parsed.data.functionResponses.every(({ scheduling }) => scheduling === 'SILENT');
    if (this.isBlocked || isSilent) return undefined;
    const results = this.#results;
    this.#results = [];
    return results;
  }

  #take({ id, name, response, scheduling }: SimulatedFunctionResponse): void {
    if (scheduling !== undefined && !this.#profile.takesScheduling) {
      throw new VendorClose(1007, 'Function response scheduling is not supported for this model.');
    }
    const { openCalls } = this.#conversation;
    const callId = id ?? [...openCalls].find(([, call]) => call.name === name)?.[0];
    if (callId === undefined || !openCalls.delete(callId))
      throw new VendorClose(1008, 'Requested entity was not found.');
    const keys = Object.keys(response);
    const output = keys.length === 1 && keys[0] === 'output' ? response['output'] : response;
    const text = typeof output === 'string' ? output : JSON.stringify(output);
    this.#conversation.textTokens += textTokens(text);
    if (this.#ownCalls.has(callId)) this.#results.push({ callId, name: name ?? '', output: text });
  }
}
