/** A vendor that never answers commits is not waited for by more. */
const MAX_UNANSWERED = 256;

/**
 * The user's side of the conversation as far as commits need it: how much audio the vendor holds uncommitted, whether
 * the user is speaking, and which commits of ours are unanswered.
 *
 * Under the vendor's voice activity detection both sides commit, and the vendor answers only its own commits. Ours is
 * recognised by what is missing: no end of speech was announced for its item.
 */
export class OpenAIUserTurns {
  /** The turn in which speech was announced and its end was not. */
  speakingTurnId: string | undefined;
  #uncommittedBytes = 0;
  #commitCount = 0;
  #unanswered: readonly ForcedCommit[] = [];
  #stoppedTurnId: string | undefined;
  #forcedTurnId: string | undefined;
  /** The vendor has committed a turn that no commit was asked for here, nor any since. */
  #isEndedByVendor = false;

  get uncommittedBytes(): number {
    return this.#uncommittedBytes;
  }

  appended(byteLength: number): void {
    this.#uncommittedBytes += byteLength;
  }

  cleared(): void {
    this.#uncommittedBytes = 0;
    this.#isEndedByVendor = false;
  }

  /**
   * The user's side says that its turn is over, under the vendor's detection. Returns whether that is news: the turn is
   * being spoken, or went unnoticed. Otherwise the commit is late, and would be answered as another turn.
   */
  endsTurn(isResponseRunning: boolean): boolean {
    const turnId = this.speakingTurnId;
    const isNews = turnId === undefined ? !this.#isEndedByVendor && !isResponseRunning : turnId !== this.#forcedTurnId;
    this.#isEndedByVendor = false;
    if (!isNews) this.#uncommittedBytes = 0;
    return isNews;
  }

  /** We ask for a commit; `runningResponseId` is the response that runs at this moment. */
  commit(at: Pick<ForcedCommit, 'runningResponseId' | 'isAnswered'>): ForcedCommit {
    this.#commitCount += 1;
    this.#uncommittedBytes = 0;
    this.#forcedTurnId = this.speakingTurnId;
    const commit = { ...at, eventId: `commit-${this.#commitCount}`, turnId: this.speakingTurnId };
    this.#unanswered = [...this.#unanswered, commit].slice(-MAX_UNANSWERED);
    return commit;
  }

  speechStarted(turnId: string): void {
    this.speakingTurnId = turnId;
    this.#isEndedByVendor = false;
  }

  speechStopped(turnId: string): void {
    this.#stoppedTurnId = turnId;
    if (this.speakingTurnId === turnId) this.speakingTurnId = undefined;
  }

  /** A commit took place; returns ours, if it was. */
  committed(turnId: string): ForcedCommit | undefined {
    const [ours, ...rest] = this.#unanswered;
    if (turnId !== this.#stoppedTurnId && ours !== undefined) {
      this.#unanswered = rest;
      return ours;
    }
    this.#uncommittedBytes = 0;
    this.#isEndedByVendor = turnId !== this.#forcedTurnId;
    this.#unanswered = this.#unanswered.map((commit) =>
      commit.turnId === turnId ? { ...commit, isAnswered: true } : commit,
    );
    return undefined;
  }

  /** Our commit was refused because the vendor was first. Without an id it is taken for the oldest. */
  refused(eventId: string | undefined): void {
    const index = eventId === undefined ? 0 : this.#unanswered.findIndex((commit) => commit.eventId === eventId);
    this.#unanswered = this.#unanswered.filter((_, at) => at !== index);
  }
}

export interface ForcedCommit {
  readonly eventId: string;
  /** The turn it was to end, if one had been announced. */
  readonly turnId: string | undefined;
  /** The response that ran when we asked. */
  readonly runningResponseId: string | undefined;
  /** Not to be answered: the vendor was speaking when we asked, or has ended the turn itself. */
  readonly isAnswered: boolean;
}
