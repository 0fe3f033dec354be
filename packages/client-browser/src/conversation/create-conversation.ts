import { invalidArgument, SpekoConnectionError } from '@speko/client-core';
import type { AudioSink } from '../audio/audio-sink.ts';
import type { AudioSource } from '../audio/audio-source.ts';
import { ConversationError } from '../errors/conversation-error.ts';
import type { ChosenDevice } from './choose-audio.ts';
import type { ConversationEvents } from './conversation-events.ts';
import type { ConversationOptions } from './conversation-options.ts';
import type { ConversationSnapshot } from './conversation-snapshot.ts';
import type { Conversation } from './conversation.ts';
import { createEmitter } from './emitter.ts';
import { runCall, type Call } from './run-call.ts';
import { createConversationState, stepConversation, type ConversationInput } from './step-conversation.ts';

/** Makes a conversation that is `idle`: it opens nothing and listens to nothing until `start()`. */
export function createConversation(options: ConversationOptions): Conversation {
  const events = createEmitter<ConversationEvents>();
  // With manual turns the microphone begins closed.
  let isManual = options.turnDetection === 'manual';
  let state = createConversationState(isManual, 1);
  let call: Call | undefined;
  let inputDevice: ChosenDevice;
  let outputDevice: ChosenDevice;

  const getSnapshot = (): ConversationSnapshot => state.snapshot;

  function dispatch(input: ConversationInput): void {
    const before = state.snapshot;
    state = stepConversation(state, input);
    const { snapshot } = state;
    if (snapshot === before) return;
    if (snapshot.status !== before.status) events.emit('status', snapshot.status);
    if (snapshot.mode !== before.mode) events.emit('mode', snapshot.mode);
    events.emit('change', snapshot);
  }

  function set(change: Partial<ConversationSnapshot>): void {
    dispatch({ type: 'set', change });
    call?.applySettings();
  }

  async function setDevice(of: AudioSource | AudioSink | undefined, deviceId: string, prefix: string): Promise<void> {
    if (!of) return;
    if (!of.setDevice) throw new ConversationError({ code: 'UNSUPPORTED' });
    await of.setDevice(deviceId);
    dispatch({ type: 'solved', prefix });
  }

  return {
    get status() {
      return state.snapshot.status;
    },
    get mode() {
      return state.snapshot.mode;
    },
    get transcript() {
      return state.snapshot.transcript;
    },
    get muted() {
      return state.snapshot.muted;
    },
    get holding() {
      return state.snapshot.holding;
    },
    get volume() {
      return state.snapshot.volume;
    },
    get error() {
      return state.snapshot.error;
    },
    get sessionId() {
      return state.snapshot.sessionId;
    },
    get inputLevel() {
      return call?.source?.level ?? 0;
    },
    get outputLevel() {
      return call?.sink.level ?? 0;
    },
    get droppedInputMs() {
      return call?.droppedInputMs ?? 0;
    },
    getSnapshot,
    subscribe: (listener) => events.on('change', listener),
    on: (event, listener) => events.on(event, listener),
    start() {
      const { status } = state.snapshot;
      if (call && status !== 'ended') return call.started;
      if (options.session === undefined && options.getSession === undefined) {
        return Promise.reject(invalidArgument('Pass getSession, which asks your back end for a session, or session.'));
      }
      const wasManual = isManual;
      isManual = options.turnDetection === 'manual';
      // A microphone that was closed for manual turns was not muted by the user.
      dispatch({ type: 'start', muted: isManual || (!wasManual && state.snapshot.muted) });
      call = runCall({ options, events, getSnapshot, dispatch, inputDevice, outputDevice });
      return call.started;
    },
    end: async () => void (await call?.end()),
    // Tolerates being passed as onClick: ignores a non-boolean argument.
    mute: (muted = true) => set({ muted: muted !== false }),
    unmute: () => set({ muted: false }),
    setVolume: (volume) => set({ volume: Math.min(1, Math.max(0, volume)) }),
    async setInputDevice(deviceId) {
      inputDevice = { deviceId };
      await setDevice(call?.source, deviceId, 'MIC_');
    },
    async setOutputDevice(deviceId) {
      outputDevice = { deviceId };
      await setDevice(call?.sink, deviceId, 'OUTPUT_');
    },
    interrupt: () => call?.interrupt(),
    sendText(text) {
      call?.link?.session.sendText(text);
      if (call?.link) dispatch({ type: 'asked' });
    },
    sendToolResult: (callId, output) => call?.link?.session.sendToolResult(callId, output),
    hold() {
      if (state.snapshot.mode !== 'listening') call?.interrupt();
      set({ holding: true, muted: false });
    },
    release() {
      if (!state.snapshot.holding) return;
      // First, since the microphone is not to be closed yet.
      call?.release();
      set({ holding: false, muted: true });
    },
    unblock: async () => call?.sink.unblock(),
    async ping() {
      const session = call?.link?.session;
      if (session) return session.ping();
      throw new SpekoConnectionError({
        code: 'CONNECTION_CLOSED',
        message: 'There is no connection. Call start() first.',
      });
    },
  };
}
