/** A program of somebody else, and what is tried with it. One file in `suites` each. */
export interface Suite {
  /** What `--only` calls it. */
  readonly name: string;
  /** What is tried, in one sentence. */
  readonly does: string;
  /**
   * Tells `stage` of every check, and ends whatever it started.
   *
   * @throws Error when the suite itself cannot run; that counts as a failure, and so does a suite without any check
   */
  run(stage: Stage): Promise<void>;
}

/** What a suite is given. */
export interface Stage {
  /**
   * Tells the outcome of a check, which becomes a line.
   *
   * @param fault - what went wrong, in words; without it the check held
   */
  check(name: string, fault?: string): void;
  /** Says what is going on where it takes long. */
  note(text: string): void;
  /**
   * The interpreter of a virtual environment that holds exactly what the file pins; made if it is not there yet.
   *
   * @param requirements - a requirements file with exact versions, of what is needed indirectly too
   * @throws Error when there is no Python from 3.11 up, or its packages cannot be installed
   */
  python(requirements: URL): Promise<string>;
}
