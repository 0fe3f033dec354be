import type { ProviderFrame } from '@speko/adapter';
import { parseJsonFrame } from '@speko/adapter-kit';
import {
  type ProviderSimulator,
  type SimulatedConnection,
  type SimulatorOutput,
  type ConversationEvent,
  type ConversationOptions,
  SimulatedConversation,
} from '@speko/simulator-kit';
import { z } from 'zod';

// Step 6 and on: the client's messages, as strictly as the vendor takes them. This one is made up: put the vendor's here.
const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('setup'), model: z.string().min(1) }),
]);

/**
 * A stand-in for the vendor's server: any key but `invalid` opens a session.
 *
 * @param options - What the simulated model answers, how it hears.
 */
export function createAcmeSimulator(options: ConversationOptions = {}): ProviderSimulator {
  return {
    id: 'acme',
    // Step 6: how the vendor takes the key, and how it refuses a wrong one.
    upgrade: ({ headers }) =>
      /^Bearer (?!invalid$)./.test(headers['authorization'] ?? '')
        ? { type: 'accept' }
        : { type: 'refuse', status: 401, body: '{"error":{"code":"invalid_key","message":"The key is not valid."}}' },
    connect: () => new AcmeConnection(options),
  };
}

class AcmeConnection implements SimulatedConnection {
  readonly #options: ConversationOptions;
  /** There from the message on that configures the session. */
  #conversation: SimulatedConversation | undefined;
  #frames: ProviderFrame[] = [];

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  get wakeAtMs(): number | undefined {
    return this.#conversation?.wakeAtMs;
  }

  open(): SimulatorOutput {
    // Step 6: what the vendor sends before it was sent anything, if it does.
    return this.#flush();
  }

  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput {
    const json = parseJsonFrame(frame);
    this.#read(json.ok ? json.value : undefined, nowMs);
    return this.#flush();
  }

  wake(nowMs: number): SimulatorOutput {
    this.#conversation?.wake(nowMs);
    return this.#flush();
  }

  /** What each message of the client does. */
  #read(json: unknown, _nowMs: number): void {
    const parsed = clientMessageSchema.safeParse(json);
    if (!parsed.success) {
      this.#send({ type: 'error', code: 'invalid_message', message: 'The message is not known.' });
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'setup':
        this.#conversation = new SimulatedConversation({ turnDetection: 'auto', tools: [] }, this.#options);
        this.#send({ type: 'ready', model: message.model });
        break;
      // Step 7: `this.#conversation?.append`. Step 8: `.text`. Step 9: `.commit`, `.clear`, `.cancel`.
      // Step 10: `.toolResult`. Step 12: `.say` for a first message.
      default:
        message.type satisfies never;
    }
  }

  /** What happens in the conversation, in the vendor's words. */
  #tell(event: ConversationEvent): void {
    switch (event.type) {
      case 'response-started': // Step 8
      case 'words': // Step 8
      case 'audio': // Step 8: `encodeBase64(event.pcm)` where it is JSON
      case 'response-ended': // Step 8
      case 'speech-started': // Step 9
      case 'speech-stopped': // Step 9
      case 'turn-committed': // Step 9
      case 'turn-transcribed': // Step 9
      case 'tool-called': // Step 10
        break;
      default:
        event satisfies never;
    }
  }

  #send(message: object): void {
    this.#frames.push(JSON.stringify(message));
  }

  #flush(): SimulatorOutput {
    for (const event of this.#conversation?.takeEvents() ?? []) this.#tell(event);
    const frames = this.#frames;
    this.#frames = [];
    return { frames };
  }
}
