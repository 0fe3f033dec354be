import type { ConversationMode, ConversationStatus, SessionFrame } from '@speko/client-browser';
import { addTokens, type TokenSums } from './count-tokens.ts';
import { createFrameLog, type LogEntry } from './frame-log.ts';
import { createHeardTurns } from './heard-turns.ts';
import { createLatencyMeter, type Latency } from './latency-meter.ts';
import { createRecording, SAMPLE_RATE } from './recording.ts';
import { createTimelineBuilder, type Timeline } from './timeline.ts';

/** A tool call as the captions show it. */
export interface ToolNote {
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
  readonly output: string | undefined;
  readonly failed: boolean;
  /** When it was called, in milliseconds since the conversation's first connection opened, as turns' `startMs`. */
  readonly spokenAtMs: number;
  /** Id of the user's turn that it was called for, which may be transcribed later; where that is known. */
  readonly question: string | undefined;
  /** Id of the transcript turn that was the last one when the call came. */
  readonly afterTurn: string | undefined;
}

/** State of one call. Equal parts stay the same object between two looks. */
export interface JournalView {
  readonly entries: readonly LogEntry[];
  readonly dropped: number;
  readonly timeline: Timeline;
  readonly latencies: readonly Latency[];
  readonly tools: readonly ToolNote[];
  /** Sum over all answers so far; `undefined` before the first usage report. */
  readonly tokens: TokenSums | undefined;
  /** The last round trip of a ping, in milliseconds. */
  readonly roundTripMs: number | undefined;
  /** When the call was first connected. */
  readonly connectedAtMs: number | undefined;
  /** When it ended. */
  readonly endedAtMs: number | undefined;
}

/** Writes down one call: its frames, its course, its sound. Times are milliseconds since the journal was begun. */
export interface CallJournal {
  received(frame: SessionFrame, lastTurn: string | undefined): void;
  sent(frame: Readonly<Record<string, unknown>>): void;
  sentAudio(pcm: Uint8Array): void;
  modeChanged(mode: ConversationMode): void;
  /** @param sessionId - The session that the call goes on in. */
  statusChanged(status: ConversationStatus, sessionId: string | undefined): void;
  /** The button of push-to-talk is pressed, or let go. */
  holdChanged(holding: boolean): void;
  roundTrip(ms: number): void;
  readonly nowMs: () => number;
  view(): JournalView;
  recordingIsFull(): boolean;
  toWav(): Uint8Array<ArrayBuffer>;
}

/** @param clock - Milliseconds from any origin, such as `performance.now`. */
export function createCallJournal(clock: () => number): CallJournal {
  const startedAtMs = clock();
  const log = createFrameLog();
  const heard = createHeardTurns();
  const latency = createLatencyMeter();
  const recording = createRecording();
  const timeline = createTimelineBuilder();
  let tools: readonly ToolNote[] = [];
  let tokens: TokenSums | undefined;
  /** The user's turns that have begun. */
  const asked = new Set<string>();
  /** The last of them, until it is answered. */
  let openQuestion: string | undefined;
  /** Tool calls whose question has not been seen, since the provider tells of speech by its transcript only. */
  let unexplained: ReadonlySet<string> = new Set();
  let roundTripMs: number | undefined;
  let connectedAtMs: number | undefined;
  let endedAtMs: number | undefined;
  /** Turn ids are unique in one session only; with its id before them they are those of the conversation's transcript. */
  let session: string | undefined;
  let lostAtMs: number | undefined;
  let holds = 0;

  const nowMs = () => clock() - startedAtMs;
  const turnKey = (turn: unknown) => `${session}/${typeof turn === 'string' ? turn : ''}`;

  /** A turn of the user, at its first sign. @param isNew - It began now, rather than being written down now. */
  function ask(question: string, isNew: boolean): void {
    if (asked.has(question)) return;
    asked.add(question);
    openQuestion = question;
    if (!isNew) tools = tools.map((tool) => (unexplained.has(tool.callId) ? { ...tool, question } : tool));
    unexplained = new Set();
  }

  function finishTool(callId: string, output: string, failed: boolean): void {
    timeline.closeSpan('tools', callId, nowMs(), failed);
    tools = tools.map((tool) => (tool.callId === callId ? { ...tool, output, failed } : tool));
  }

  function breakOff(atMs: number): void {
    latency.userStarted();
    timeline.closeAll(atMs);
  }

  return {
    received(frame, lastTurn) {
      const atMs = nowMs();
      if (frame.type === 'audio') {
        log.addAudio(atMs, 'received', frame.pcm.byteLength, frame.sampleRate);
        heard.queue(turnKey(frame.turn));
        recording.addAssistant(turnKey(frame.turn), frame.pcm);
        return;
      }
      log.addFrame(atMs, 'received', frame.type, frame);
      switch (frame.type) {
        case 'speech':
          if (frame.role === 'assistant') {
            openQuestion = undefined;
            break;
          }
          if (frame.state === 'started') {
            ask(turnKey(frame.turn), true);
            latency.userStarted();
            timeline.openSpan('user', turnKey(frame.turn), atMs);
          } else {
            latency.userEnded(atMs);
            timeline.closeSpan('user', turnKey(frame.turn), atMs);
          }
          break;
        case 'transcript':
          if (frame.role === 'user' && frame.turn !== undefined) ask(turnKey(frame.turn), false);
          timeline.setText(turnKey(frame.turn), frame.text);
          break;
        case 'interruption':
          if (frame.turn === undefined) break;
          heard.cut(atMs, { turn: turnKey(frame.turn) });
          timeline.mark('interruption', atMs, 'Assistant interrupted');
          break;
        case 'tool_call':
          timeline.openSpan('tools', frame.callId, atMs, frame.name);
          if (openQuestion === undefined) unexplained = new Set([...unexplained, frame.callId]);
          tools = [
            ...tools,
            {
              ...frame,
              output: undefined,
              failed: false,
              spokenAtMs: atMs - (connectedAtMs ?? 0),
              question: openQuestion,
              afterTurn: lastTurn,
            },
          ];
          break;
        case 'tool_result':
          finishTool(frame.callId, frame.output, frame.failed);
          break;
        case 'server_tool_call':
          if (frame.status === 'started') timeline.openSpan('tools', frame.id, atMs, frame.name);
          else timeline.closeSpan('tools', frame.id, atMs, frame.status === 'failed');
          break;
        case 'usage':
          tokens = addTokens(tokens, frame);
          break;
        case 'error':
          timeline.mark('error', atMs, frame.message);
          break;
        default:
      }
    },
    sent(frame) {
      const atMs = nowMs();
      log.addFrame(atMs, 'sent', String(frame['t']), frame);
      const playedMs = typeof frame['playedMs'] === 'number' ? frame['playedMs'] : undefined;
      if (frame['t'] === 'playback') heard.settle(turnKey(frame['turn']), playedMs ?? 0, atMs);
      if (frame['t'] === 'interrupt') heard.cut(atMs, { playedMs });
      if (frame['t'] === 'text') {
        unexplained = new Set();
        latency.userEnded(atMs);
        timeline.mark('typed', atMs, String(frame['text']));
      }
      if (frame['t'] === 'control' && frame['action'] !== 'clear') latency.userEnded(atMs);
    },
    sentAudio(pcm) {
      log.addAudio(nowMs(), 'sent', pcm.byteLength, SAMPLE_RATE);
      recording.addUser(nowMs(), pcm);
    },
    modeChanged(mode) {
      const atMs = nowMs();
      const turn = heard.setAudible(mode === 'speaking', atMs);
      if (mode === 'speaking') latency.assistantHeard(atMs, turn);
    },
    statusChanged(status, sessionId) {
      const atMs = nowMs();
      if (status === 'reconnecting') lostAtMs = atMs;
      if (status === 'connected') {
        connectedAtMs ??= atMs;
        if (lostAtMs !== undefined) timeline.mark('reconnected', atMs, 'Connected again');
        // What the lost session had begun will not be ended by the one in its place.
        if (sessionId !== session && lostAtMs !== undefined) breakOff(lostAtMs);
        session = sessionId;
        lostAtMs = undefined;
      }
      if (status !== 'ended') return;
      endedAtMs = atMs;
      heard.setAudible(false, atMs);
      heard.drop();
      breakOff(atMs);
    },
    holdChanged(holding) {
      if (holding) {
        unexplained = new Set();
        latency.userStarted();
        timeline.openSpan('user', `hold ${++holds}`, nowMs(), 'Push to talk');
      } else timeline.closeSpan('user', `hold ${holds}`, nowMs());
    },
    roundTrip(ms) {
      roundTripMs = ms;
      log.addFrame(nowMs(), 'received', 'pong', { type: 'pong', roundTripMs: Math.round(ms * 10) / 10 });
    },
    nowMs,
    view: () => ({
      entries: log.entries(),
      dropped: log.dropped(),
      timeline: timeline.build(heard.list(), latency.list()),
      latencies: latency.list(),
      tools,
      tokens,
      roundTripMs,
      connectedAtMs,
      endedAtMs,
    }),
    recordingIsFull: () => recording.full(),
    toWav: () => recording.toWav(heard.list()),
  };
}
