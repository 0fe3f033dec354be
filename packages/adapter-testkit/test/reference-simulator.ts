import { Buffer } from 'node:buffer';
import type { ProviderFrame } from '@speko/adapter';
import { levelRms, pcmToSamples } from '@speko/audio';
import type { ProviderSimulator, SimulatedConnection, SimulatorOutput } from '@speko/simulator-kit';

const CHUNK_BYTES = 4800;
const CHUNK_INTERVAL_MS = 20;
const TURN_SILENCE_MS = 500;

interface Setup {
  readonly turn: 'auto' | 'manual';
  readonly greet?: string;
  readonly tools: readonly string[];
}

/** The made-up vendor "reference": JSON both ways, audio in base64, 24 kHz. */
export function createReferenceSimulator(): ProviderSimulator {
  return {
    id: 'reference',
    upgrade: ({ headers }) =>
      headers['authorization'] === 'Bearer reference-secret'
        ? { type: 'accept' }
        : { type: 'refuse', status: 401, body: 'who are you?' },
    connect: () => new ReferenceConnection(),
  };
}

class ReferenceConnection implements SimulatedConnection {
  #setup: Setup | undefined;
  #frames: string[] = [];
  #turn = 0;
  #response = 0;
  #call = 0;
  #isSpeaking = false;
  #silenceMs = 0;
  #bufferedBytes = 0;
  #active: { readonly id: string; chunksLeft: number; readonly chunks: number } | undefined;
  #openCalls = new Set<string>();
  wakeAtMs: number | undefined;

  open(): SimulatorOutput {
    return this.#flush();
  }

  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput {
    const message = JSON.parse(typeof frame === 'string' ? frame : new TextDecoder().decode(frame)) as Record<
      string,
      string
    >;
    this.#onMessage(message, nowMs);
    return this.#flush();
  }

  wake(nowMs: number): SimulatorOutput {
    const active = this.#active;
    this.wakeAtMs = undefined;
    if (!active) return this.#flush();
    this.#say('words', { response: active.id, item: `i-${active.id}`, text: ' word' });
    const data = Buffer.alloc(CHUNK_BYTES, active.chunksLeft).toString('base64');
    this.#say('audio', { response: active.id, item: `i-${active.id}`, data });
    active.chunksLeft -= 1;
    if (active.chunksLeft === 0) this.#endResponse('completed');
    else this.wakeAtMs = nowMs + CHUNK_INTERVAL_MS;
    return this.#flush();
  }

  #onMessage(message: Record<string, string>, nowMs: number): void {
    switch (message['type']) {
      case 'setup':
        this.#setup = message as unknown as Setup;
        this.#say('ready', { model: message['model'] });
        this.#say('handle', { value: 'handle-1' });
        if (this.#setup.greet !== undefined) this.#startResponse(nowMs, 5);
        break;
      case 'audio':
        this.#onAudio(Buffer.from(message['data'] ?? '', 'base64'), nowMs);
        break;
      case 'commit':
        if (this.#isSpeaking || (this.#setup?.turn === 'manual' && this.#bufferedBytes > 0)) this.#endTurn(nowMs);
        break;
      case 'clear':
        this.#bufferedBytes = 0;
        break;
      case 'text':
        this.#answer(message['text'] ?? '', nowMs);
        break;
      case 'cancel':
        if (this.#active?.id === message['response']) this.#endResponse('cancelled');
        break;
      case 'tool_result':
        this.#openCalls.delete(message['id'] ?? '');
        if (this.#openCalls.size === 0) this.#startResponse(nowMs, 5);
        break;
      default:
    }
  }

  #onAudio(bytes: Uint8Array, nowMs: number): void {
    this.#bufferedBytes += bytes.byteLength;
    if (this.#setup?.turn === 'manual') return;
    if (levelRms(pcmToSamples(new Uint8Array(bytes))) > 0.01) {
      this.#silenceMs = 0;
      if (this.#isSpeaking) return;
      this.#isSpeaking = true;
      this.#say('speech_started', { turn: `t${this.#turn + 1}` });
      if (this.#active) this.#endResponse('cancelled');
      return;
    }
    this.#silenceMs += bytes.byteLength / 48;
    if (this.#isSpeaking && this.#silenceMs >= TURN_SILENCE_MS) this.#endTurn(nowMs);
  }

  #endTurn(nowMs: number): void {
    this.#turn += 1;
    const turn = `t${this.#turn}`;
    if (this.#isSpeaking) this.#say('speech_stopped', { turn });
    this.#isSpeaking = false;
    this.#bufferedBytes = 0;
    this.#say('committed', { turn });
    this.#say('user_text', { turn, text: 'something was said' });
    this.#startResponse(nowMs, 20);
  }

  #answer(text: string, nowMs: number): void {
    const called = (this.#setup?.tools ?? []).filter((name) => text.includes(name));
    if (called.length === 0) return this.#startResponse(nowMs, text.length > 50 ? 40 : 5);
    this.#response += 1;
    const id = `r${this.#response}`;
    this.#say('response_started', { id });
    for (const name of called) {
      this.#call += 1;
      this.#openCalls.add(`c${this.#call}`);
      this.#say('tool_args', { id: `c${this.#call}`, name, part: '{"query":"now"}' });
      this.#say('tool_done', { id: `c${this.#call}`, name, response: id });
    }
    this.#say('response_done', { id, status: 'completed', input: 3, output: 4 });
  }

  #startResponse(nowMs: number, chunks: number): void {
    if (this.#active) this.#endResponse('cancelled');
    this.#response += 1;
    this.#active = { id: `r${this.#response}`, chunksLeft: chunks, chunks };
    this.#say('response_started', { id: this.#active.id });
    this.wakeAtMs = nowMs;
  }

  #endResponse(status: string): void {
    this.#say('response_done', { id: this.#active?.id, status, input: 3, output: 4 });
    this.#active = undefined;
    this.wakeAtMs = undefined;
  }

  #say(type: string, fields: object): void {
    this.#frames.push(JSON.stringify({ type, ...fields }));
  }

  #flush(): SimulatorOutput {
    const frames = this.#frames;
    this.#frames = [];
    return { frames };
  }
}
