import type {
  EngineOutput,
  ProviderEngine,
  ResponseTruncateCommand,
  SessionCommand,
  SessionConfig,
  SessionEvent,
  ToolDefinition,
  ToolResultCommand,
} from '@speko/adapter';
import { pcmDurationMs, pcmToSamples } from '@speko/audio';
import { AudioTape } from './audio-tape.ts';
import { chooseTools } from './choose-tools.ts';
import type { EchoOptions } from './echo-options.ts';
import { exampleArguments } from './example-arguments.ts';
import { chimeFor, repeatAudio, type ReplyAudio } from './reply-audio.ts';
import { shortenSpeech } from './shorten-speech.ts';
import { Speaker, type HeardInput, type Reply } from './speaker.ts';
import { SpeechDetector, type SpeechEdge } from './speech-detector.ts';
import { type ToolAnswer, ToolRounds } from './tool-rounds.ts';

/** Says each turn back. */
export const ECHO_MODEL = 'echo';
/** Calls the first tool on every spoken turn, then says the turn back. */
export const ECHO_TOOLS_MODEL = 'echo-tools';

/** Most that is kept of one turn; a longer one loses its beginning. */
const MAX_TURN_S = 60;
/** Speech starts softly: so much before the detected start, and after the end, belongs to the turn. */
const MARGIN_MS = 150;
/** Level that margin and onset may still require during silence. */
const KEPT_WHILE_SILENT_MS = 300;
const MAX_WAITING_REPLIES = 16;
/** A question about what was heard is looked for in the beginning of a message, in UTF-16 code units. */
const MAX_QUESTION_CHARACTERS = 2000;

/** The echo as a machine: audio and commands in, events out, no timers. */
export class EchoEngine implements ProviderEngine {
  readonly #config: SessionConfig;
  readonly #detector: SpeechDetector;
  readonly #tape: AudioTape;
  readonly #speaker: Speaker;
  readonly #rounds = new ToolRounds();
  /** Rounds that ended while the user was speaking: they are told with the answer to that. */
  #answersInMind: ToolAnswer[] = [];
  #turnCount = 0;
  #callCount = 0;
  /** Where speech was detected, and where the turn's audio begins. */
  #speechSample = 0;
  #turnSample = 0;
  #lastTurnEndSample = 0;

  constructor(config: SessionConfig, options: EchoOptions) {
    this.#config = config;
    const sampleRateHz = config.inputSampleRateHz;
    this.#detector = new SpeechDetector({ sampleRateHz, hangoverMs: options.hangoverMs });
    this.#tape = new AudioTape({ maxSamples: MAX_TURN_S * sampleRateHz });
    this.#speaker = new Speaker(options);
  }

  get wakeAtMs(): number | undefined {
    return this.#speaker.wakeAtMs;
  }

  start(nowMs: number): readonly SessionEvent[] {
    const { firstMessage, continuation } = this.#config;
    // A session that continues an earlier one has greeted already.
    if (firstMessage !== undefined && continuation === undefined) this.#sayText(shortenSpeech(firstMessage), 0);
    return [
      { type: 'session-ready', model: this.#model, ignored: listIgnored(this.#config) },
      ...this.#speaker.speak(nowMs),
    ];
  }

  wake(nowMs: number): readonly SessionEvent[] {
    return this.#speaker.speak(nowMs);
  }

  appendAudio(pcm: Uint8Array, nowMs: number): readonly SessionEvent[] {
    this.#tape.append(pcm);
    if (this.#config.turnDetection === 'manual') return NO_EVENTS;
    const edges = this.#detector.push(pcmToSamples(pcm));
    const events = edges.length === 0 ? NO_EVENTS : edges.flatMap((edge) => this.#onEdge(edge, nowMs));
    if (!this.#detector.isSpeaking) this.#tape.dropBefore(this.#tape.endSample - this.#samplesIn(KEPT_WHILE_SILENT_MS));
    return events;
  }

  handle(command: SessionCommand, nowMs: number): EngineOutput {
    return { type: 'ok', events: this.#handle(command, nowMs) };
  }

  #handle(command: SessionCommand, nowMs: number): readonly SessionEvent[] {
    switch (command.type) {
      case 'audio-commit':
        return this.#commit(nowMs);
      case 'audio-clear':
        return this.#clear(nowMs);
      case 'text-append':
        return [...this.#answerText(command.text), ...this.#speaker.speak(nowMs)];
      case 'response-cancel': {
        if (command.responseId !== this.#speaker.activeResponseId) return NO_EVENTS;
        return [...this.#speaker.cancel('client_cancelled'), ...this.#speaker.speak(nowMs)];
      }
      case 'response-truncate':
        return this.#truncate(command);
      case 'tool-result':
        return [...this.#takeResult(command), ...this.#speaker.speak(nowMs)];
      default:
        return command satisfies never;
    }
  }

  #onEdge(edge: SpeechEdge, nowMs: number): readonly SessionEvent[] {
    if (edge.type === 'end') return this.#endSpeech(edge.atSample, nowMs);
    this.#turnCount += 1;
    this.#speechSample = edge.atSample;
    this.#turnSample = Math.max(this.#lastTurnEndSample, edge.atSample - this.#samplesIn(MARGIN_MS));
    this.#speaker.isHeld = true;
    return [
      { type: 'speech-start', turnId: this.#turnId, audioStartMs: this.#msAt(edge.atSample) },
      ...this.#speaker.cancel('turn_detected'),
    ];
  }

  #endSpeech(atSample: number, nowMs: number): readonly SessionEvent[] {
    this.#speaker.isHeld = false;
    const endSample = Math.min(this.#tape.endSample, atSample + this.#samplesIn(MARGIN_MS));
    this.#lastTurnEndSample = endSample;
    return [
      { type: 'speech-end', turnId: this.#turnId, audioEndMs: this.#msAt(atSample) },
      ...this.#answerSpeech(this.#tape.read(this.#turnSample, endSample), atSample - this.#speechSample),
      ...this.#speaker.speak(nowMs),
    ];
  }

  #commit(nowMs: number): readonly SessionEvent[] {
    if (this.#config.turnDetection === 'auto') {
      if (!this.#detector.isSpeaking) return NO_EVENTS;
      this.#detector.stop();
      return this.#endSpeech(this.#tape.endSample, nowMs);
    }
    const pcm = this.#tape.read(this.#tape.startSample, this.#tape.endSample);
    if (pcm.byteLength === 0) return NO_EVENTS;
    this.#tape.dropBefore(this.#tape.endSample);
    this.#turnCount += 1;
    return [...this.#answerSpeech(pcm, pcm.byteLength / 2), ...this.#speaker.speak(nowMs)];
  }

  #clear(nowMs: number): readonly SessionEvent[] {
    this.#tape.dropBefore(this.#tape.endSample);
    this.#lastTurnEndSample = this.#tape.endSample;
    if (!this.#detector.isSpeaking) return NO_EVENTS;
    this.#detector.stop();
    this.#speaker.isHeld = false;
    const audioEndMs = this.#msAt(this.#tape.endSample);
    return [
      { type: 'speech-end', turnId: this.#turnId, audioEndMs },
      ...this.#sayAnswersInMind(),
      ...this.#speaker.speak(nowMs),
    ];
  }

  #answerSpeech(pcm: Uint8Array, speechSamples: number): readonly SessionEvent[] {
    const turnId = this.#turnId;
    const length = `${formatSeconds(this.#msAt(speechSamples))} of speech`;
    const text = `(${length})`;
    const audioMs = pcmDurationMs(pcm.byteLength, this.#config.inputSampleRateHz);
    const { inputSampleRateHz: fromHz, outputSampleRateHz: toHz } = this.#config;
    const audio = repeatAudio(pcm, { fromHz, toHz });
    const [tool] = this.#model === ECHO_TOOLS_MODEL ? this.#config.tools : [];
    return [
      { type: 'input-commit', turnId },
      { type: 'transcript-delta', role: 'user', turnId, delta: text },
      { type: 'transcript-end', role: 'user', turnId, text },
      ...(tool
        ? [...this.#sayAnswersInMind(), ...this.#callTools([tool], { audioMs, textCharacters: 0 }, audio)]
        : this.#sayWithAnswersInMind(length, audio, audioMs)),
    ];
  }

  #sayWithAnswersInMind(words: string, audio: ReplyAudio, audioMs: number): readonly SessionEvent[] {
    const answers = this.#takeAnswersInMind();
    const text = `echo: ${shortenSpeech([...answers.map((answer) => answer.words), words].join('; '))}`;
    const heard = { audioMs, textCharacters: answers.reduce((sum, answer) => sum + answer.outputCharacters, 0) };
    return this.#enqueue({ type: 'spoken', text, audio, heard });
  }

  #sayAnswersInMind(): readonly SessionEvent[] {
    return this.#takeAnswersInMind().flatMap((answer) => this.#sayAnswer(answer));
  }

  #sayAnswer({ words, outputCharacters, audio }: ToolAnswer): readonly SessionEvent[] {
    const text = `echo: ${shortenSpeech(words)}`;
    const said = audio ?? chimeFor(text, this.#config.outputSampleRateHz);
    return this.#enqueue({
      type: 'spoken',
      text,
      audio: said,
      heard: { audioMs: 0, textCharacters: outputCharacters },
    });
  }

  #takeAnswersInMind(): readonly ToolAnswer[] {
    const answers = this.#answersInMind;
    this.#answersInMind = [];
    return answers;
  }

  #answerText(text: string): readonly SessionEvent[] {
    const tools = chooseTools(text, this.#config.tools);
    if (tools.length > 0) return this.#callTools(tools, { audioMs: 0, textCharacters: text.length });
    const last = this.#speaker.lastAnswer;
    if (last && /\bwhat did (you say|i hear)\b/i.test(text.slice(0, MAX_QUESTION_CHARACTERS))) {
      const words = `you heard ${formatSeconds(last.heardMs)} of the ${formatSeconds(last.sentMs)} I had said`;
      return this.#sayText(`echo: ${words}`, text.length);
    }
    return this.#sayText(`echo: ${shortenSpeech(text)}`, text.length);
  }

  /** The answer follows with the last result. */
  #callTools(tools: readonly ToolDefinition[], heard: HeardInput, audio?: ReplyAudio): readonly SessionEvent[] {
    if (this.#rounds.isFull) {
      return [refuse('Too many tool calls are open, so no other was made. Send a tool_result for each.')];
    }
    const calls = tools.map((tool) => ({
      callId: `call_${++this.#callCount}`,
      name: tool.name,
      arguments: exampleArguments(tool.parameters),
    }));
    const refusal = this.#enqueue({ type: 'tools', calls, heard });
    if (refusal.length === 0) this.#rounds.open(calls, audio);
    return refusal;
  }

  #takeResult({ callId, output }: ToolResultCommand): readonly SessionEvent[] {
    const answer = this.#rounds.take(callId, output);
    if (answer === undefined) return NO_EVENTS;
    if (this.#speaker.isHeld && answer.audio === undefined) {
      this.#answersInMind.push(answer);
      return NO_EVENTS;
    }
    return this.#sayAnswer(answer);
  }

  #truncate({ responseId, items }: ResponseTruncateCommand): readonly SessionEvent[] {
    this.#speaker.truncate(
      responseId,
      items.reduce((sum, item) => sum + item.heardMs, 0),
    );
    return NO_EVENTS;
  }

  #sayText(text: string, textCharacters: number): readonly SessionEvent[] {
    const audio = chimeFor(text, this.#config.outputSampleRateHz);
    return this.#enqueue({ type: 'spoken', text, audio, heard: { audioMs: 0, textCharacters } });
  }

  #enqueue(reply: Reply): readonly SessionEvent[] {
    if (this.#speaker.waitingCount < MAX_WAITING_REPLIES) {
      this.#speaker.enqueue(reply);
      return NO_EVENTS;
    }
    return [
      refuse('Too many answers are waiting to be said, so one was left out. Wait for answers before asking for more.'),
    ];
  }

  /** Any other name is answered as the plain echo, and `session-ready` says so. */
  get #model(): string {
    return this.#config.model === ECHO_TOOLS_MODEL ? ECHO_TOOLS_MODEL : ECHO_MODEL;
  }

  get #turnId(): string {
    return `turn_${this.#turnCount}`;
  }

  #samplesIn(ms: number): number {
    return (this.#config.inputSampleRateHz * ms) / 1000;
  }

  #msAt(sample: number): number {
    return Math.round((sample * 1000) / this.#config.inputSampleRateHz);
  }
}

const NO_EVENTS: readonly SessionEvent[] = [];

function refuse(message: string): SessionEvent {
  return { type: 'provider-error', code: 'RATE_LIMITED', message, fatal: false, retryable: true };
}

/** Request paths of the settings that an echo has no use for. */
export function listIgnored(config: SessionConfig): string[] {
  const ignored: string[] = [];
  if (config.systemPrompt !== undefined) ignored.push('s2s.systemPrompt');
  if (config.temperature !== undefined) ignored.push('s2s.temperature');
  if (config.voice !== undefined) ignored.push('s2s.voice');
  return ignored;
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
