import type { ProviderFrame } from '@speko/adapter';
import { parseJsonFrame } from '@speko/adapter-kit';
import {
  type ProviderSimulator,
  type SimulatedConnection,
  type SimulatorOutput,
  Agenda,
  type ConversationEvent,
  type ConversationOptions,
  SimulatedConversation,
} from '@speko/simulator-kit';
import { type BrookClientMessage, clientMessageSchema } from './brook-client-events.ts';
import { ASSISTANT_AUDIO, audioFrame, readAudioFrame, USER_AUDIO } from './brook-wire.ts';

const MODELS = new Set(['brook-1', 'brook-1-mini']);
const CALL_SECONDS = 900;
const WARNING_SECONDS = 30;
const DRUM_INTERVAL_MS = 20_000;

/**
 * A stand-in for Brook's server: any key but `invalid` opens a call.
 *
 * @param options - What the simulated model answers, how it hears.
 */
export function createBrookSimulator(options: ConversationOptions = {}): ProviderSimulator {
  return {
    id: 'brook',
    upgrade: ({ headers }) =>
      /^Brook (?!invalid$)./.test(headers['authorization'] ?? '')
        ? { type: 'accept' }
        : { type: 'refuse', status: 401, body: '{"reason":"bad key"}' },
    connect: ({ url }) => new BrookConnection(decodeURIComponent(/[?&]model=([^&]*)/.exec(url)?.[1] ?? ''), options),
  };
}

class BrookConnection implements SimulatedConnection {
  readonly #model: string;
  readonly #options: ConversationOptions;
  /** There from `begin` on. */
  #conversation: SimulatedConversation | undefined;
  /** What the clock alone brings about: drums and the end of the call. */
  readonly #agenda = new Agenda();
  #frames: ProviderFrame[] = [];
  #end: SimulatorOutput['end'];
  #sentMessages = 0;
  #receivedMessages = 0;
  #unansweredDrums = 0;
  /** Replies and lines are numbered in their order; the conversation's ids by number. */
  readonly #replies = new Map<string, number>();
  readonly #lines = new Map<string, number>();
  #openReply: number | undefined;
  readonly #openAsks = new Set<string>();

  constructor(model: string, options: ConversationOptions) {
    this.#model = model;
    this.#options = options;
  }

  get wakeAtMs(): number | undefined {
    const times = [this.#conversation?.wakeAtMs, this.#agenda.nextMs].filter((time) => time !== undefined);
    return this.#end !== undefined || times.length === 0 ? undefined : Math.min(...times);
  }

  open(): SimulatorOutput {
    if (!MODELS.has(this.#model)) this.#close(4404, 'no such model');
    return this.#flush();
  }

  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput {
    if (this.#end !== undefined) return { frames: [] };
    const audio = readAudioFrame(USER_AUDIO, frame);
    if (audio !== undefined) {
      this.#conversation?.append(audio, nowMs);
    } else {
      this.#receiveMessage(frame, nowMs);
    }
    return this.#flush();
  }

  wake(nowMs: number): SimulatorOutput {
    this.#agenda.runDue(nowMs);
    this.#conversation?.wake(nowMs);
    return this.#flush();
  }

  #receiveMessage(frame: ProviderFrame, nowMs: number): void {
    const json = parseJsonFrame(frame);
    const parsed = clientMessageSchema.safeParse(json.ok ? json.value : undefined);
    this.#receivedMessages += 1;
    const isFirst = this.#conversation === undefined;
    if (!parsed.success) {
      this.#refuse(`A message is not known: ${parsed.error.issues[0]?.message}.`);
    } else if (parsed.data.n !== this.#receivedMessages) {
      this.#refuse(`Message ${this.#receivedMessages} says that it is number ${parsed.data.n}.`);
    } else if (isFirst !== (parsed.data.op === 'begin')) {
      this.#refuse('A call begins once, with begin.');
    } else {
      this.#read(parsed.data, nowMs);
    }
  }

  /** What each message of the client does. */
  #read(message: BrookClientMessage, nowMs: number): void {
    switch (message.op) {
      case 'begin':
        this.#begin(message, nowMs);
        break;
      case 'done':
        this.#conversation?.commit(nowMs);
        break;
      case 'drop':
        this.#conversation?.clear();
        break;
      case 'type':
        this.#conversation?.text(message.words, nowMs);
        break;
      case 'hush':
        if (message.reply === this.#openReply) this.#conversation?.cancel();
        break;
      case 'skill-done':
        if (!this.#openAsks.delete(message.ask)) {
          this.#send('fault', { what: 'unknown ask', why: `Nobody asked ${message.ask}.`, stop: false });
          break;
        }
        this.#conversation?.toolResult(message.ask, message.gives, nowMs);
        break;
      case 'drum':
        this.#unansweredDrums = 0;
        break;
      default:
        message satisfies never;
    }
  }

  #begin(message: Extract<BrookClientMessage, { op: 'begin' }>, nowMs: number): void {
    this.#conversation = new SimulatedConversation(
      {
        turnDetection: message.listen === 'auto' ? 'auto' : 'manual',
        tools: message.skills.map(({ name, about, args }) => ({ name, description: about, parameters: args })),
        systemPrompt: message.persona,
        inputSampleRateHz: 16_000,
        outputSampleRateHz: 24_000,
      },
      this.#options,
    );
    this.#send('begun', { call: 'c-1', seconds: CALL_SECONDS });
    this.#agenda.add(nowMs + DRUM_INTERVAL_MS, (dueMs) => this.#drum(dueMs));
    this.#agenda.add(nowMs + (CALL_SECONDS - WARNING_SECONDS) * 1000, () =>
      this.#send('closing', { in: WARNING_SECONDS }),
    );
    this.#agenda.add(nowMs + CALL_SECONDS * 1000, () => this.#close(1000, ''));
    if (message.say !== undefined) this.#conversation.say(message.say, nowMs);
  }

  #drum(nowMs: number): void {
    if (this.#unansweredDrums === 2) {
      this.#close(1000, 'no answer to drums');
      return;
    }
    this.#unansweredDrums += 1;
    this.#send('drum');
    this.#agenda.add(nowMs + DRUM_INTERVAL_MS, (dueMs) => this.#drum(dueMs));
  }

  /** What happens in the conversation, in Brook's words. */
  #tell(event: ConversationEvent): void {
    switch (event.type) {
      case 'response-started':
        this.#openReply = numberOf(this.#replies, event.responseId);
        this.#send('reply', { reply: this.#openReply, state: 'start' });
        break;
      case 'words':
        this.#send('words', { reply: numberOf(this.#replies, event.responseId), add: event.delta });
        break;
      case 'audio':
        this.#frames.push(audioFrame(ASSISTANT_AUDIO, event.pcm));
        break;
      case 'response-ended': {
        const { inputAudioTokens: heard, outputAudioTokens: spoken } = event;
        this.#openReply = undefined;
        this.#send('reply', {
          reply: numberOf(this.#replies, event.responseId),
          state: event.status === 'completed' ? 'done' : 'cut',
          tokens: { in: heard + 20, out: spoken + 10, in_audio: heard, out_audio: spoken },
        });
        break;
      }
      case 'speech-started':
        this.#send('ear', { is: 'open', line: numberOf(this.#lines, event.turnId) });
        break;
      case 'speech-stopped':
        this.#send('ear', { is: 'shut', line: numberOf(this.#lines, event.turnId) });
        break;
      case 'turn-committed':
        // Brook says nothing of it: with turn detection the line is shut, and without the client said so.
        break;
      case 'turn-transcribed': {
        const line = numberOf(this.#lines, event.turnId);
        this.#send('heard', { line, words: event.text.split(' ', 1).join(), sure: false });
        this.#send('heard', { line, words: event.text, sure: true });
        break;
      }
      case 'tool-called': {
        const args: unknown = JSON.parse(event.arguments);
        this.#openAsks.add(event.callId);
        this.#send('skill', { ask: event.callId, name: event.name, args });
        break;
      }
      default:
        event satisfies never;
    }
  }

  #refuse(why: string): void {
    this.#send('fault', { what: 'bad message', why, stop: true });
    this.#close(4400, 'bad message');
  }

  #close(code: number, reason: string): void {
    this.#end ??= { type: 'close', code, reason };
    this.#agenda.clear();
  }

  #send(op: string, fields: object = {}): void {
    this.#sentMessages += 1;
    this.#frames.push(JSON.stringify({ op, n: this.#sentMessages, ...fields }));
  }

  #flush(): SimulatorOutput {
    for (const event of this.#conversation?.takeEvents() ?? []) this.#tell(event);
    const frames = this.#frames;
    this.#frames = [];
    return { frames, ...(this.#end === undefined ? {} : { end: this.#end }) };
  }
}

/** The number of what has this id; the next one where it has none yet. */
function numberOf(numbers: Map<string, number>, id: string): number {
  const number = numbers.get(id) ?? numbers.size + 1;
  numbers.set(id, number);
  return number;
}
