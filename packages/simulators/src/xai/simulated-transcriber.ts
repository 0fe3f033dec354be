import type { Agenda } from '@speko/simulator-kit';
import type { Outbox } from './outbox.ts';
import { type SimulatedConversation, spokenItem } from './simulated-conversation.ts';
import type { SimulatorSettings } from './simulator-options.ts';

/** Name of the transcription's events, without what happened. */
export const TRANSCRIPTION = 'conversation.item.input_audio_transcription';

export interface SimulatedTranscriberOptions {
  readonly settings: SimulatorSettings;
  readonly conversation: SimulatedConversation;
  readonly outbox: Outbox;
  readonly agenda: Agenda;
}

/** Writes down what the user said, late and in pieces as the service does. */
export class SimulatedTranscriber {
  readonly #settings: SimulatorSettings;
  readonly #conversation: SimulatedConversation;
  readonly #outbox: Outbox;
  readonly #agenda: Agenda;
  #count = 0;

  constructor({ settings, conversation, outbox, agenda }: SimulatedTranscriberOptions) {
    this.#settings = settings;
    this.#conversation = conversation;
    this.#outbox = outbox;
    this.#agenda = agenda;
  }

  /** The whole text of an item once this speech is part of it. */
  textOf(itemId: string, speechMs: number): string | undefined {
    if (this.#outbox.has('no-transcripts')) return undefined;
    const earlierMs = this.#conversation.find(itemId)?.userAudio?.speechMs ?? 0;
    const userTurnIndex = this.#conversation.entries.filter(({ userAudio }) => userAudio !== undefined).length;
    return this.#settings.transcribe({ speechMs: earlierMs + speechMs, userTurnIndex });
  }

  /** Tells the text of an item after the delay that is due. */
  transcribe(itemId: string, speechMs: number, nowMs: number): void {
    if (this.#outbox.has('no-transcripts')) return;
    const spoken = this.#conversation.entries.filter(({ userAudio }) => userAudio !== undefined);
    const userTurnIndex = spoken.findIndex(({ item }) => item.id === itemId);
    const text = this.#settings.transcribe({ speechMs, userTurnIndex });
    const { transcriptionDelaysMs } = this.#settings;
    const delayMs = transcriptionDelaysMs[this.#count % transcriptionDelaysMs.length] ?? 0;
    this.#count += 1;
    const words = text.split(' ');
    const texts = this.#outbox.has('growing-transcripts')
      ? [words.slice(0, 1), words.slice(0, 2), words].map((some) => some.join(' '))
      : [text];
    for (const [index, transcript] of texts.entries()) {
      this.#agenda.add(nowMs + delayMs + index * 20, () => {
        const entry = this.#conversation.find(itemId);
        if (entry !== undefined) entry.item = spokenItem(itemId, 'completed', transcript);
        this.#outbox.emit({ type: `${TRANSCRIPTION}.completed`, item_id: itemId, transcript, status: 'completed' });
      });
    }
  }
}
