/**
 * The user's side of the conversation as far as commits need it: how much audio the vendor holds uncommitted, whether
 * the user is speaking, and which commits of ours are unanswered.
 *
 * Under the vendor's voice activity detection both sides commit, and the vendor answers only its own commits. Ours is
 * recognised by what is missing: no end of speech was announced for its item.
 */
export class InputTurns {
  /** The turn in which speech was announced and its end was not. */
  speakingTurnId: string | undefined;
  #uncommittedBytes = 0;
  #commitCount = 0;
  readonly #unanswered: ForcedCommit[] = [];
  #stoppedTurnId: string | undefined;

  get uncommittedBytes(): number {
    return this.#uncommittedBytes;
  }

  appended(byteLength: number): void {
    this.#uncommittedBytes += byteLength;
  }

  cleared(): void {
    this.#uncommittedBytes = 0;
  }

  /** We ask for a commit; `runningResponseId` is the response that runs at this moment. */
  commit(runningResponseId: string | undefined): ForcedCommit {
    this.#commitCount += 1;
    this.#uncommittedBytes = 0;
    const commit = { eventId: `commit-${this.#commitCount}`, runningResponseId };
    this.#unanswered.push(commit);
    return commit;
  }

  speechStarted(turnId: string): void {
    this.speakingTurnId = turnId;
  }

  speechStopped(turnId: string): void {
    this.#stoppedTurnId = turnId;
    if (this.speakingTurnId === turnId) this.speakingTurnId = undefined;
  }

  /** A commit took place; returns ours, if it was. */
  committed(turnId: string): ForcedCommit | undefined {
    const ours = turnId === this.#stoppedTurnId ? undefined : this.#unanswered.shift();
    if (ours === undefined) this.#uncommittedBytes = 0;
    return ours;
  }

  /** Our commit was refused because the vendor was first. Without an id it is taken for the oldest. */
  refused(eventId: string | undefined): void {
    const index = eventId === undefined ? 0 : this.#unanswered.findIndex((commit) => commit.eventId === eventId);
    if (index >= 0) this.#unanswered.splice(index, 1);
  }
}

export interface ForcedCommit {
  readonly eventId: string;
  readonly runningResponseId: string | undefined;
}
