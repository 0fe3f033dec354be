import type { Conversation } from '@speko/client-browser';
import { createCallJournal, type CallJournal, type JournalView } from '../journal/call-journal.ts';

/** How often the page looks at what was written down, in milliseconds. */
const REFRESH_MS = 100;

/** Keeps a journal of each call of a conversation, for `useSyncExternalStore`. */
export interface JournalStore {
  /** The journal of the call that was started last. */
  readonly journal: CallJournal;
  /** Begins a new journal; the one before is forgotten. */
  begin(): void;
  /** Writes down how long a ping took. */
  readonly noteRoundTrip: (ms: number) => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getView: () => JournalView;
}

export function createJournalStore(conversation: Conversation): JournalStore {
  const listeners = new Set<() => void>();
  let journal = createCallJournal(() => performance.now());
  let view = journal.view();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function refresh(): void {
    timer = undefined;
    view = journal.view();
    for (const listener of listeners) listener();
  }

  function note(write: () => void): void {
    write();
    timer ??= setTimeout(refresh, REFRESH_MS);
  }

  function listen(): () => void {
    let holding = conversation.holding;
    const ends = [
      conversation.on('frame', (frame) => note(() => journal.received(frame, conversation.transcript.at(-1)?.id))),
      conversation.on('sent', (frame) => note(() => journal.sent(frame))),
      conversation.on('sent-audio', (pcm) => note(() => journal.sentAudio(pcm))),
      conversation.on('mode', (mode) => note(() => journal.modeChanged(mode))),
      conversation.on('status', (status) => note(() => journal.statusChanged(status, conversation.sessionId))),
      conversation.on('change', (snapshot) => {
        if (snapshot.holding === holding) return;
        holding = snapshot.holding;
        note(() => journal.holdChanged(holding));
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  let stopListening: (() => void) | undefined;
  return {
    get journal() {
      return journal;
    },
    begin() {
      journal = createCallJournal(() => performance.now());
      clearTimeout(timer);
      refresh();
    },
    noteRoundTrip: (ms) => note(() => journal.roundTrip(ms)),
    subscribe(listener) {
      stopListening ??= listen();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stopListening?.();
        stopListening = undefined;
        clearTimeout(timer);
        timer = undefined;
      };
    },
    getView: () => view,
  };
}
