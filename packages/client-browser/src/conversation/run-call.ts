import { SpekoError, type SessionFrame } from '@speko/client-core';
import type { SampleRate } from '@speko/protocol/lean';
import type { AudioSink } from '../audio/audio-sink.ts';
import type { AudioSource } from '../audio/audio-source.ts';
import { ConversationError } from '../errors/conversation-error.ts';
import { createAssistantVoice } from './assistant-voice.ts';
import { chooseSink, chooseSource, type ChosenDevice } from './choose-audio.ts';
import type { ConversationEvents } from './conversation-events.ts';
import type { ConversationOptions } from './conversation-options.ts';
import type { ConversationEnd, ConversationSnapshot } from './conversation-snapshot.ts';
import type { Emitter } from './emitter.ts';
import { keepConnected } from './keep-connected.ts';
import type { Link } from './open-link.ts';
import type { ConversationInput } from './step-conversation.ts';
import { untilAborted } from './until-aborted.ts';
import { watchPage } from './watch-page.ts';

/**
 * How long after `release()` chunks still belong to the turn, in milliseconds: one may be on its way, and one is in the
 * microphone's hands.
 */
const LAST_WORDS_MS = 50;

/** Options of {@link Call}. */
export interface CallOptions {
  readonly options: ConversationOptions;
  /** Devices asked for by `setInputDevice` and `setOutputDevice`. */
  readonly inputDevice: ChosenDevice;
  readonly outputDevice: ChosenDevice;
  readonly events: Emitter<ConversationEvents>;
  readonly getSnapshot: () => ConversationSnapshot;
  readonly dispatch: (input: ConversationInput) => void;
}

/** A conversation from `start()` to its end: the devices, and one connection after another. */
export interface Call {
  /** Rejects with why it could not start. */
  readonly started: Promise<void>;
  readonly source: AudioSource | undefined;
  readonly sink: AudioSink;
  /** The connection, while there is one. */
  readonly link: Link | undefined;
  /** Microphone audio that could not be sent, in milliseconds. */
  readonly droppedInputMs: number;
  /** Brings microphone and volume in line with the snapshot. */
  applySettings(): void;
  interrupt(): void;
  /** Ends the user's turn when its last chunks have come. */
  release(): void;
  /** `undefined` from within a listener that is told of the end. */
  end(): Promise<unknown> | undefined;
}

/** Starts at once. Call it in a click. */
export function runCall({ options, events, getSnapshot, dispatch, ...devices }: CallOptions): Call {
  const over = new AbortController();
  const { signal } = over;
  const source = chooseSource(options, devices.inputDevice);
  const sink = chooseSink(options, devices.outputDevice);
  let firstOpenedAtMs: number | undefined;
  let ended: Promise<unknown> | undefined;

  const manual = options.turnDetection === 'manual';
  let droppedInputMs = 0;
  /** Whether speech was sent since the last turn ended. */
  let hasSpoken = false;
  /** Runs while the end of a turn that was let go is still to come. */
  let lastWords: ReturnType<typeof setTimeout> | undefined;

  const assistant = createAssistantVoice({
    sink,
    onChange: (type) => dispatch({ type }),
    onProblem: tell,
    onBlockedChange: (outputBlocked) => {
      dispatch({ type: 'set', change: { outputBlocked } });
      if (!outputBlocked) dispatch({ type: 'solved', prefix: 'OUTPUT_BLOCKED' });
    },
  });

  const connections = keepConnected({
    options,
    getSnapshot,
    signal,
    onOpen,
    onFrame,
    onSend: (message) => {
      if (typeof message !== 'string') {
        // A source may use its bytes again, or hand over a view of more.
        if (events.has('sent-audio')) events.emit('sent-audio', message.slice());
      } else if (events.has('sent')) events.emit('sent', JSON.parse(message) as Record<string, unknown>);
    },
    onLost: (type) => {
      const isNews = getSnapshot().status !== 'reconnecting';
      dispatch({ type });
      if (isNews) tell(new ConversationError({ code: 'CONNECTION_LOST', recoverable: true }));
    },
    onResume: () => dispatch({ type: 'resumed' }),
    onEnd: (end, error = explain(end, getSnapshot().error)) => void finish(end, error),
  });

  async function start(): Promise<void> {
    options.signal?.throwIfAborted();
    options.signal?.addEventListener('abort', () => void finish(BY_CLIENT, undefined, options.signal?.reason), {
      signal,
    });
    watchPage(signal, {
      onOffline: () => connections.goOffline(),
      onReturn: () => {
        connections.comeBack();
        if (getSnapshot().outputBlocked) void sink.unblock();
      },
      onLeave: () => void finish(BY_CLIENT),
    });
    const devices = openDevices();
    if (options.mintAfterPermission) await untilAborted(signal, devices);
    const minted = connections.mint('start');
    minted.catch(() => {}); // when the devices fail first, that is what `start` tells
    await untilAborted(signal, devices);
    await connections.open(await minted);
  }

  /** Nothing may be awaited before both are asked for. */
  async function openDevices(): Promise<void> {
    const heard = source?.open();
    // A clicked page should ask for sound within the click; one that was not may make sound once it captures.
    const isClicked = (globalThis.navigator as Navigator | undefined)?.userActivation?.hasBeenActive ?? true;
    const played = isClicked ? sink.open() : Promise.resolve(heard).then(() => sink.open());
    await Promise.all([heard, played]);
  }

  function onOpen({ session }: Link): void {
    const nowMs = performance.now();
    firstOpenedAtMs ??= nowMs;
    hasSpoken = false;
    assistant.attach(session);
    // The contract knows two rates only.
    source?.start(session.inputSampleRate as SampleRate, { onChunk, onProblem: tell });
    applySettings();
    dispatch({ type: 'connected', sessionId: session.sessionId, offsetMs: Math.round(nowMs - firstOpenedAtMs) });
  }

  function onFrame(frame: SessionFrame, isCurrent: boolean): void {
    events.emit('frame', frame);
    events.emit(frame.type, frame);
    if (!isCurrent) return;
    assistant.accept(frame);
    dispatch({ type: 'frame', frame });
    if (frame.type !== 'error') return;
    const { code: serverCode, message, fatal } = frame;
    tell(new ConversationError({ code: 'SESSION_ERROR', message, serverCode, recoverable: !fatal }));
  }

  function tell(error: ConversationError): void {
    if (signal.aborted) return;
    dispatch({ type: 'problem', error });
    events.emit('problem', error);
  }

  function onChunk(pcm: Uint8Array): void {
    const { link } = connections;
    const { holding, muted } = getSnapshot();
    if (link === undefined || (manual && !holding && !lastWords)) return;
    if (link.sendAudio(pcm)) hasSpoken ||= !muted;
    else droppedInputMs += (pcm.byteLength * 500) / link.session.inputSampleRate;
  }

  function applySettings(): void {
    const { muted, holding, volume } = getSnapshot();
    // Pressed again at once, the turn goes on.
    if (holding) stopWaiting();
    source?.setMuted(!lastWords && (muted || (manual && !holding)));
    sink.setVolume(volume);
  }

  function stopWaiting(): void {
    clearTimeout(lastWords);
    lastWords = undefined;
  }

  function commit(): void {
    stopWaiting();
    applySettings();
    connections.link?.session.commit();
    if (hasSpoken) dispatch({ type: 'asked' });
    hasSpoken = false;
  }

  /** @param reason - What `started` rejects with when it has not started yet. */
  function finish(
    how: ConversationEnd,
    error?: ConversationError,
    reason: unknown = endedEarly(),
  ): Promise<unknown> | undefined {
    // A listener may end what is just ending.
    if (signal.aborted) return ended;
    const session = connections.link?.session;
    const { error: told } = getSnapshot();
    over.abort(reason);
    stopWaiting();
    // The signal closes the connection too; this waits for it. A listener may start anew, so the devices come before it.
    ended = Promise.allSettled([session?.close(), source?.stop(), sink.stop()]);
    dispatch({ type: 'ended', end: how, error });
    if (error !== undefined && error !== told) events.emit('problem', error);
    return ended;
  }

  const opening = start();
  return {
    started: opening.catch((cause: unknown) => {
      if (signal.aborted) throw signal.reason;
      const error = toStartError(cause);
      void finish({ reason: 'not_started', code: 1006 }, error, error);
      throw error;
    }),
    source,
    sink,
    get link() {
      return connections.link;
    },
    get droppedInputMs() {
      return droppedInputMs;
    },
    applySettings,
    interrupt: () => void assistant.interrupt(),
    release: () => void (lastWords = setTimeout(commit, LAST_WORDS_MS)),
    end: () => finish(BY_CLIENT),
  };
}

const BY_CLIENT: ConversationEnd = { reason: 'client_closed', code: 1000 };

function endedEarly(): ConversationError {
  return new ConversationError({
    code: 'CONNECT_FAILED',
    message: 'The conversation was ended before it was connected.',
  });
}

/** Why the gateway ended it; `undefined` for an end that was meant. */
function explain(
  { reason, code }: ConversationEnd,
  last: ConversationError | undefined,
): ConversationError | undefined {
  if (code === 1000 || code === 4408) return undefined;
  // What was fatal has been told by an `error` frame.
  const isTold = last?.code === 'SESSION_ERROR' && !last.recoverable;
  return isTold ? last : new ConversationError({ code: 'SESSION_ERROR', serverCode: reason });
}

function toStartError(cause: unknown): ConversationError {
  if (cause instanceof ConversationError) return cause;
  // Anything else comes from the devices: it tells of no network.
  if (!SpekoError.isInstance(cause)) return new ConversationError({ code: 'UNSUPPORTED', cause });
  return new ConversationError({
    code: cause.code === 'INVALID_ARGUMENT' ? 'SESSION_REFUSED' : 'CONNECT_FAILED',
    cause,
  });
}
