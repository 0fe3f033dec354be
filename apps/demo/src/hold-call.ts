import { setTimeout as sleep } from 'node:timers/promises';
import { defineTool, Speko, SpekoError, type RealtimeSession, type SessionFrame } from '@speko/client-node';
import { CallLog, type CallEvent, type LogEntry } from './call-log.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { Microphone } from './microphone.ts';
import { type Recordings, SAMPLE_RATE_HZ } from './recordings.ts';

export interface HoldCallOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly provider: string;
  readonly model: string;
  readonly recordings: Recordings;
  /** Longest wait for each thing the call needs. @defaultValue 15000 */
  readonly stepTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Everything that happens, as it happens. */
  readonly onEntry?: (entry: LogEntry) => void;
}

/** What a call left behind. */
export interface CallResult {
  readonly log: CallLog;
  /** Milliseconds of audio from the caller. */
  readonly sentMs: number;
  /** Milliseconds of audio from the assistant. */
  readonly receivedMs: number;
  /** The assistant's heard audio, as a WAV file. */
  readonly wav: Uint8Array;
  /** Why the call could not go on as planned. */
  readonly stoppedBy: string | undefined;
}

/** How much of an answer is heard before the interruption. */
const HEARD_BEFORE_BARGE_IN_MS = 300;
/** On a machine that is busy with other things an answer may be over before it can be interrupted. */
const MAX_BARGE_INS = 3;

const SYSTEM_PROMPT =
  'This is a short test call. Answer greetings with one short sentence. For every question about the weather call ' +
  'get_weather first, then describe the weather at length, in at least four sentences. When you are interrupted, say ' +
  'one short sentence.';

const getWeather = defineTool({
  name: 'get_weather',
  description: 'The weather at a place, now.',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
  execute: () => ({ sky: 'clear', celsius: 18 }),
});

/**
 * One call in real time: a sentence and its answer; a question that needs a tool; an interruption of the answer to it,
 * and what the assistant says then. Stops early where the provider leaves something out; what was missed is for the
 * reader of the log to judge. A session that cannot be opened is such a call as well.
 */
export async function holdCall(options: HoldCallOptions): Promise<CallResult> {
  const { provider, model, signal, stepTimeoutMs = 15_000 } = options;
  const log = new CallLog(options.onEntry ?? (() => undefined));
  const speko = new Speko({ apiKey: options.apiKey, baseUrl: options.baseUrl });
  let receivedMs = 0;
  let session: RealtimeSession | undefined;
  const loudspeaker = new Loudspeaker((turn, playedMs) => session?.reportPlayback(turn, playedMs));

  const onFrame = (frame: SessionFrame): void => {
    loudspeaker.accept(frame);
    if (frame.type !== 'audio') {
      log.add(frame);
      if (frame.type === 'interruption' && frame.turn !== undefined)
        log.add({ type: 'cut', heardMs: loudspeaker.heardMs(frame.turn) });
      return;
    }
    const durationMs = (frame.pcm.byteLength * 500) / frame.sampleRate;
    receivedMs += durationMs;
    const spokenAtMs = unansweredSpeechEnd(log);
    if (spokenAtMs !== undefined) log.add({ type: 'first-audio', afterMs: log.nowMs - spokenAtMs });
    log.add({ type: 'audio', turn: frame.turn, durationMs });
  };

  const microphone = new Microphone({
    send: async (pcm) => (await session?.sendAudio(pcm)) ?? false,
    onSpeechEnd: () => log.add({ type: 'speech-end' }),
  });
  let stoppedBy: string | undefined;
  try {
    session = await speko.connectRealtime({
      provider,
      model,
      systemPrompt: SYSTEM_PROMPT,
      tools: [getWeather],
      inputSampleRate: SAMPLE_RATE_HZ,
      outputSampleRate: SAMPLE_RATE_HZ,
      metadata: { application: 'demo' },
      ttlSeconds: 120,
      onFrame,
      ...(signal && { signal }),
    });
    stoppedBy = await talk({ log, microphone, recordings: options.recordings, stepTimeoutMs });
  } catch (error) {
    if (!SpekoError.isInstance(error)) throw error;
    stoppedBy = `${error.code}: ${error.message}`;
  } finally {
    microphone.close();
    await session?.close();
  }
  return { log, sentMs: microphone.sentMs, receivedMs, wav: loudspeaker.toWav(), stoppedBy };
}

interface Talk {
  readonly log: CallLog;
  readonly microphone: Microphone;
  readonly recordings: Recordings;
  readonly stepTimeoutMs: number;
}

/** @returns what was waited for in vain */
async function talk({ log, microphone, recordings, stepTimeoutMs }: Talk): Promise<string | undefined> {
  const { greeting, question, bargeIn } = recordings;
  const say = (clip: typeof greeting): Promise<void> => {
    log.add({ type: 'play', label: clip.label });
    return microphone.play(clip);
  };

  if (!(await log.until(() => log.ofType('ready').length > 0, stepTimeoutMs))) return 'the session did not get ready';
  microphone.open();

  await say(greeting);
  if (!(await log.until(() => hasFinishedTurn(log, 0), stepTimeoutMs)))
    return 'the first sentence was not answered aloud';

  for (let attempt = 1; attempt <= MAX_BARGE_INS; attempt += 1) {
    const questionAt = log.entries.length;
    await say(question);
    if (!(await log.until(() => speaksAfterToolResult(log, questionAt), stepTimeoutMs))) {
      return 'the question was not answered aloud after a tool call';
    }
    await sleep(HEARD_BEFORE_BARGE_IN_MS);

    const bargeInAt = log.entries.length;
    await say(bargeIn);
    if (!(await log.until(() => hasFinishedTurn(log, bargeInAt), stepTimeoutMs)))
      return 'the interruption was not answered aloud';
    if (indexOf(log, 'interruption', questionAt) !== -1) return undefined;
  }
  return 'the assistant was never interrupted';
}

/** When the caller last fell silent, unless audio has come since. */
function unansweredSpeechEnd(log: CallLog): number | undefined {
  const last = log.entries.findLast(({ event }) => event.type === 'speech-end' || event.type === 'first-audio');
  return last?.event.type === 'speech-end' ? last.atMs : undefined;
}

/** Where the first event of a kind is, from an index on; -1 where there is none. */
function indexOf(log: CallLog, type: CallEvent['type'], from: number): number {
  return log.entries.findIndex(({ event }, index) => index >= from && event.type === type);
}

/** Whether a turn of the assistant that began after an index was spoken to its end. */
function hasFinishedTurn(log: CallLog, from: number): boolean {
  const earlier = new Set(turnsOf(log.entries.slice(0, from)));
  const spoken = new Set<string | undefined>(turnsOf(log.entries.slice(from)).filter((turn) => !earlier.has(turn)));
  return log
    .ofType('transcript')
    .some(({ role, final, interrupted, turn }) => role === 'assistant' && final && !interrupted && spoken.has(turn));
}

function turnsOf(entries: readonly LogEntry[]): readonly string[] {
  return entries.flatMap(({ event }) => (event.type === 'audio' && event.turn !== undefined ? [event.turn] : []));
}

/** Whether the assistant speaks after a tool was answered, both after an index. */
function speaksAfterToolResult(log: CallLog, from: number): boolean {
  const answeredAt = indexOf(log, 'tool_result', from);
  return answeredAt !== -1 && indexOf(log, 'audio', answeredAt) !== -1;
}
