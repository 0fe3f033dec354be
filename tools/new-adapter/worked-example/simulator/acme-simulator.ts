import type { ProviderFrame } from '@speko/adapter';
import { decodeBase64, encodeBase64, parseJsonFrame } from '@speko/adapter-kit';
import {
  type ProviderSimulator,
  type SimulatedConnection,
  type SimulatorOutput,
  type ConversationEvent,
  type ConversationOptions,
  SimulatedConversation,
} from '@speko/simulator-kit';
import { z } from 'zod';

/** The client's messages, as strictly as the vendor takes them. */
const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('setup'),
    model: z.string().min(1),
    turn_detection: z.enum(['auto', 'manual']),
    tools: z.array(
      z.strictObject({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
    ),
    instructions: z.string().optional(),
    voice: z.string().optional(),
    temperature: z.number().optional(),
    greeting: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('audio'), data: z.string() }),
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('commit') }),
  z.strictObject({ type: z.literal('clear') }),
  z.strictObject({ type: z.literal('cancel'), response: z.string() }),
  z.strictObject({ type: z.literal('tool_result'), call: z.string(), output: z.string() }),
]);

/**
 * A stand-in for the vendor's server: any key but `invalid` opens a session.
 *
 * @param options - What the simulated model answers, how it hears.
 */
export function createAcmeSimulator(options: ConversationOptions = {}): ProviderSimulator {
  return {
    id: 'acme',
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
  #read(json: unknown, nowMs: number): void {
    const parsed = clientMessageSchema.safeParse(json);
    if (!parsed.success) {
      this.#send({ type: 'error', code: 'invalid_message', message: 'The message is not known.' });
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'setup':
        this.#conversation = new SimulatedConversation(
          { turnDetection: message.turn_detection, tools: message.tools },
          this.#options,
        );
        this.#send({ type: 'ready', model: message.model });
        if (message.greeting !== undefined) this.#conversation.say(message.greeting, nowMs);
        break;
      case 'audio':
        this.#conversation?.append(decodeBase64(message.data), nowMs);
        break;
      case 'text':
        this.#conversation?.text(message.text, nowMs);
        break;
      case 'commit':
        this.#conversation?.commit(nowMs);
        break;
      case 'clear':
        this.#conversation?.clear();
        break;
      case 'cancel':
        this.#conversation?.cancel();
        break;
      case 'tool_result':
        this.#conversation?.toolResult(message.call, message.output, nowMs);
        break;
      default:
        message satisfies never;
    }
  }

  /** What happens in the conversation, in the vendor's words. */
  #tell(event: ConversationEvent): void {
    switch (event.type) {
      case 'response-started':
        this.#send({ type: 'response_started', response: event.responseId });
        break;
      case 'words':
        this.#send({ type: 'words', response: event.responseId, item: event.itemId, text: event.delta });
        break;
      case 'audio':
        this.#send({
          type: 'audio',
          response: event.responseId,
          item: event.itemId,
          data: encodeBase64(event.pcm),
        });
        break;
      case 'response-ended':
        this.#send({
          type: 'response_ended',
          response: event.responseId,
          status: event.status,
          usage: { input_audio: event.inputAudioTokens, output_audio: event.outputAudioTokens },
        });
        break;
      case 'speech-started':
        this.#send({ type: 'speech_started', at_ms: event.audioStartMs });
        break;
      case 'speech-stopped':
        this.#send({ type: 'speech_stopped', at_ms: event.audioEndMs });
        break;
      case 'turn-committed':
        this.#send({ type: 'turn_committed' });
        break;
      case 'turn-transcribed':
        this.#send({ type: 'turn_text', text: event.text });
        break;
      case 'tool-called':
        this.#send({ type: 'tool_call', call: event.callId, name: event.name, arguments: event.arguments });
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
