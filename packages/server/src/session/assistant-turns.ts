import type { TranscriptEntry } from '@speko/protocol';
import { AssistantTurn, type CutState } from './assistant-turn.ts';
import type { ConversationPort } from './conversation-port.ts';
import { heardText } from './heard-text.ts';
import type { PartialTranscripts } from './partial-transcripts.ts';
import { PlaybackClock, spreadPlayedMs, type HeardAudio } from './playback-clock.ts';

/** Responses under way at once; more than that are begun by a provider that never ends them. */
const maxTurns = 256;

/**
 * The assistant's side: one turn per response that says something. A turn is over when it has been played, not when
 * it has been generated; its final text says what was heard. Owns delivery of audio, the playback estimate and the
 * cut; who may cut, and when, is the conversation's business.
 */
export class AssistantTurns {
  readonly #port: ConversationPort;
  readonly #partials: PartialTranscripts;
  readonly #options: AssistantTurnsOptions;
  readonly #clock = new PlaybackClock();
  /** The oldest first. */
  readonly #turns = new Map<string, AssistantTurn>();
  #count = 0;
  /** The turn of the latest audio: audio deltas come in runs, and this saves a look-up for each. */
  #current: AssistantTurn | undefined;

  constructor(port: ConversationPort, partials: PartialTranscripts, options: AssistantTurnsOptions) {
    this.#port = port;
    this.#partials = partials;
    this.#options = options;
  }

  /** The response that is being generated, if it may still be heard. */
  get generating(): string | undefined {
    for (const turn of this.#turns.values()) if (turn.state.type === 'generating') return turn.responseId;
    return undefined;
  }

  start(responseId: string, nowMs: number): void {
    if (this.#turns.has(responseId)) return;
    if (this.#turns.size >= maxTurns) this.#finishOldest(nowMs);
    this.#count += 1;
    this.#turns.set(responseId, new AssistantTurn(`a${this.#count}`, responseId));
  }

  /** Delivers audio, unless the turn was cut. True for the first audio of a turn. */
  audio(responseId: string, itemId: string, pcm: Uint8Array, nowMs: number): boolean {
    const turn = this.#current?.responseId === responseId ? this.#current : this.#turns.get(responseId);
    if (turn?.state.type !== 'generating') return false;
    this.#current = turn;
    const first = turn.startMs === undefined;
    if (first) {
      turn.startMs = this.#options.sinceStartMs(nowMs);
      turn.speaking = true;
      this.#port.frame({ t: 'speech', role: 'assistant', state: 'started', turn: turn.name });
    }
    this.#port.audio(pcm);
    this.#clock.deliver(turn.name, itemId, pcm.byteLength / this.#options.bytesPerMs, nowMs);
    return first;
  }

  delta(responseId: string, itemId: string, delta: string, nowMs: number): void {
    const turn = this.#turns.get(responseId);
    if (turn === undefined) return;
    turn.append(itemId, delta);
    this.#partial(turn, nowMs);
  }

  replace(responseId: string, itemId: string, text: string, nowMs: number): void {
    const turn = this.#turns.get(responseId);
    if (turn === undefined) return;
    turn.replace(itemId, text);
    this.#partial(turn, nowMs);
  }

  /** Generation is over; what was delivered may play on. */
  end(responseId: string, cancelled: boolean, nowMs: number): void {
    const turn = this.#turns.get(responseId);
    if (turn === undefined) return;
    if (turn.state.type === 'cut') {
      turn.state.generating = false;
      if (turn.state.settleAtMs === undefined) this.#drop(turn);
      return;
    }
    if (turn.state.type === 'playing') return;
    if (turn.speaking) this.#port.audioBoundary('end');
    this.#stopSpeaking(turn, nowMs);
    turn.state = { type: 'playing', cancelled };
    if ((this.#clock.endOf(turn.name) ?? nowMs) <= nowMs)
      this.#finish(turn, cancelled, this.#clock.heard(turn.name, nowMs), nowMs);
  }

  /**
   * Cuts everything that is being generated or may still be playing. Returns the turn that was playing, or
   * `undefined` when nothing could be heard; `responseId` is the response that is still being generated.
   * @param playedMs how much of the playing turn the client says it played
   */
  cut(nowMs: number, playedMs: number | undefined): CutResult {
    const playing = this.#clock.turnsPlaying(nowMs);
    const generating = this.generating;
    const affected = [...this.#turns.values()].filter(
      (turn) => turn.state.type === 'generating' || (turn.state.type === 'playing' && playing.includes(turn.name)),
    );
    const speaking = affected.filter((turn) => turn.speaking || playing.includes(turn.name));
    const first = speaking[0];
    for (const turn of affected) {
      const estimate = this.#clock.heard(turn.name, nowMs);
      const reported = turn === first && playedMs !== undefined;
      const waits = !reported && this.#options.graceMs > 0 && estimate.some((item) => item.totalMs > 0);
      turn.state = {
        type: 'cut',
        generating: turn.state.type === 'generating',
        heard: reported ? spreadPlayedMs(estimate, playedMs) : estimate,
        settleAtMs: waits ? nowMs + this.#options.graceMs : nowMs,
      };
    }
    this.#clock.cut(nowMs);
    if (first !== undefined) this.#port.audioBoundary('cut');
    return {
      turn: first?.name,
      responseId: generating,
      announce: () => {
        for (const turn of affected) this.#stopSpeaking(turn, nowMs);
        this.#settleDue(nowMs);
      },
    };
  }

  /** The client reports what it has played of a turn. */
  report(name: string, playedMs: number, nowMs: number): void {
    const turn = [...this.#turns.values()].find((candidate) => candidate.name === name);
    if (turn === undefined) return;
    if (turn.state.type === 'cut') {
      if (turn.state.settleAtMs !== undefined)
        this.#settle(turn, turn.state, spreadPlayedMs(turn.state.heard, playedMs), nowMs);
      return;
    }
    this.#clock.report(name, playedMs, nowMs);
    this.wake(nowMs);
  }

  /** What was cut is settled with what is known now, so that the provider learns it before the next turn. */
  settleAll(nowMs: number): void {
    for (const turn of this.#turns.values()) {
      if (turn.state.type === 'cut' && turn.state.settleAtMs !== undefined)
        this.#settle(turn, turn.state, turn.state.heard, nowMs);
    }
  }

  /** When {@link AssistantTurns.wake} has something to do. */
  get wakeAtMs(): number | undefined {
    let earliest: number | undefined;
    for (const turn of this.#turns.values()) {
      const { state } = turn;
      let at: number | undefined;
      if (state.type === 'cut') at = state.settleAtMs;
      else if (state.type === 'playing') at = this.#clock.endOf(turn.name);
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
    }
    return earliest;
  }

  wake(nowMs: number): void {
    this.#settleDue(nowMs);
    for (const turn of this.#turns.values()) {
      if (turn.state.type !== 'playing') continue;
      if ((this.#clock.endOf(turn.name) ?? nowMs) > nowMs) continue;
      this.#finish(turn, turn.state.cancelled, this.#clock.heard(turn.name, nowMs), nowMs);
    }
  }

  /** The session is over: every turn gets its final text, as far as it was heard. */
  finish(nowMs: number): void {
    const { announce } = this.cut(nowMs, undefined);
    announce();
    this.settleAll(nowMs);
  }

  /** What was said in turns that have no final text yet, as far as is known: it may still be playing. */
  unfinished(nowMs: number): readonly TranscriptEntry[] {
    return [...this.#turns.values()]
      .filter(({ state }) => state.type !== 'cut' || state.settleAtMs !== undefined)
      .map((turn) => this.#entry(turn, turn.text().trimEnd(), false, nowMs));
  }

  #partial(turn: AssistantTurn, nowMs: number): void {
    if (turn.state.type === 'generating' || turn.state.type === 'playing') this.#partials.changed(turn, nowMs);
  }

  #stopSpeaking(turn: AssistantTurn, nowMs: number): void {
    if (!turn.speaking) return;
    turn.speaking = false;
    this.#partials.flushAll(nowMs);
    this.#port.frame({ t: 'speech', role: 'assistant', state: 'stopped', turn: turn.name });
  }

  #settleDue(nowMs: number): void {
    for (const turn of this.#turns.values()) {
      const { state } = turn;
      if (state.type === 'cut' && state.settleAtMs !== undefined && state.settleAtMs <= nowMs) {
        this.#settle(turn, state, state.heard, nowMs);
      }
    }
  }

  #settle(turn: AssistantTurn, state: CutState, heard: readonly HeardAudio[], nowMs: number): void {
    state.settleAtMs = undefined;
    if (this.#options.canTruncate && heard.some((item) => item.heardMs < item.totalMs)) {
      this.#port.command({ type: 'response-truncate', responseId: turn.responseId, items: heard.map(roundItem) });
    }
    this.#finish(turn, true, heard, nowMs);
  }

  /** The final text; afterwards the turn is only remembered while its response still generates, to drop the rest. */
  #finish(turn: AssistantTurn, interrupted: boolean, heard: readonly HeardAudio[], nowMs: number): void {
    const whole = heard.every((item) => item.heardMs >= item.totalMs);
    const texts = turn.itemTexts();
    // Vendors send a word with the space before the next one, which may never have come.
    const text = (interrupted && !whole ? heardText(texts, heard) : turn.text()).trimEnd();
    this.#partials.flush(turn, nowMs);
    this.#partials.forget(turn);
    if (turn.startMs !== undefined || this.#partials.hasShown(turn)) {
      this.#port.frame({
        t: 'transcript',
        role: 'assistant',
        text,
        final: true,
        turn: turn.name,
        ...(turn.startMs === undefined ? {} : { startMs: turn.startMs }),
        ...(interrupted ? { interrupted: true } : {}),
      });
      this.#port.transcript(this.#entry(turn, text, interrupted, nowMs), true);
    }
    this.#clock.forget(turn.name);
    if (turn.state.type !== 'cut' || !turn.state.generating) this.#drop(turn);
  }

  #finishOldest(nowMs: number): void {
    for (const turn of this.#turns.values()) {
      this.#stopSpeaking(turn, nowMs);
      if (turn.state.type !== 'cut' || turn.state.settleAtMs !== undefined)
        this.#finish(turn, true, this.#clock.heard(turn.name, nowMs), nowMs);
      return this.#drop(turn);
    }
  }

  #drop(turn: AssistantTurn): void {
    this.#turns.delete(turn.responseId);
    if (this.#current === turn) this.#current = undefined;
  }

  #entry(turn: AssistantTurn, text: string, interrupted: boolean, nowMs: number): TranscriptEntry {
    return {
      turn: turn.name,
      role: 'assistant',
      text,
      interrupted,
      startMs: turn.startMs ?? null,
      atMs: this.#options.sinceStartMs(nowMs),
    };
  }
}

export interface AssistantTurnsOptions {
  /** Bytes of PCM16 per millisecond at the provider's output rate. */
  readonly bytesPerMs: number;
  /** How long a cut waits for the client's own report of what it played; 0 for clients that report nothing. */
  readonly graceMs: number;
  /** Whether the provider can be told what was heard. */
  readonly canTruncate: boolean;
  /** Session time of a clock reading, milliseconds. */
  readonly sinceStartMs: (nowMs: number) => number;
}

export interface CutResult {
  /** The turn that could be heard. */
  readonly turn: string | undefined;
  /** The response that was still being generated. */
  readonly responseId: string | undefined;
  /** To be called once the `interruption` is sent: the frames that follow it. */
  readonly announce: () => void;
}

function roundItem(item: HeardAudio): HeardAudio {
  return { itemId: item.itemId, heardMs: Math.floor(item.heardMs), totalMs: Math.floor(item.totalMs) };
}
