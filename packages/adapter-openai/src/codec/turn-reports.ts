import { type CodecDraft, RecentIds } from '@speko/adapter-kit';
import { readTranscriptionUsage } from './transcription-usage.ts';
import type { ForcedCommit, OpenAIUserTurns } from './user-turns.ts';

/** Reports of the user's turns: each start, end, commit and final text once, even when the vendor repeats them. */
export class TurnReports {
  readonly #input: OpenAIUserTurns;
  readonly #committed = new RecentIds();
  readonly #transcribed = new RecentIds();

  constructor(input: OpenAIUserTurns) {
    this.#input = input;
  }

  /** @returns `false` for speech that was announced before, or whose turn is over */
  speechStarted(turnId: string, audioStartMs: number | undefined, draft: CodecDraft): boolean {
    if (this.#input.speakingTurnId === turnId || this.#committed.has(turnId)) return false;
    this.endSpeech(draft);
    this.#input.speechStarted(turnId);
    draft.events.push({ type: 'speech-start', turnId, ...(audioStartMs === undefined ? {} : { audioStartMs }) });
    return true;
  }

  speechStopped(turnId: string, audioEndMs: number | undefined, draft: CodecDraft): void {
    const isNews = this.#input.speakingTurnId === turnId;
    this.#input.speechStopped(turnId);
    if (!isNews) return;
    draft.events.push({ type: 'speech-end', turnId, ...(audioEndMs === undefined ? {} : { audioEndMs }) });
  }

  /** Ends speech whose end the vendor did not announce. */
  endSpeech(draft: CodecDraft): void {
    const turnId = this.#input.speakingTurnId;
    if (turnId === undefined) return;
    this.#input.speechStopped(turnId);
    draft.events.push({ type: 'speech-end', turnId });
  }

  /** @returns our own commit, where it was ours; `undefined` for a turn that was committed before */
  committed(turnId: string, draft: CodecDraft): { readonly ours: ForcedCommit | undefined } | undefined {
    if (this.#committed.has(turnId)) return undefined;
    this.#committed.add(turnId);
    const ours = this.#input.committed(turnId);
    if (this.#input.speakingTurnId === turnId) this.endSpeech(draft);
    draft.events.push({ type: 'input-commit', turnId });
    return { ours };
  }

  words(turnId: string, delta: string, draft: CodecDraft): void {
    if (delta === '' || this.#transcribed.has(turnId)) return;
    draft.events.push({ type: 'transcript-delta', role: 'user', turnId, delta });
  }

  /** @param text - `undefined` where the transcription failed */
  transcribed(turnId: string, text: string | undefined, wireUsage: unknown, draft: CodecDraft): void {
    if (this.#transcribed.has(turnId)) return;
    this.#transcribed.add(turnId);
    const usage = readTranscriptionUsage(wireUsage);
    if (usage !== undefined) draft.events.push({ type: 'usage-report', purpose: 'transcription', usage });
    draft.events.push({ type: 'transcript-end', role: 'user', turnId, ...(text === undefined ? {} : { text }) });
  }
}
