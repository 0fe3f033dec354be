import { LIMITS, type TranscriptEntry } from '@speko/protocol';
import { AssistantTurn, CutState, type ResponseOutcome } from './assistant-turn.ts';
import type { ConversationPort } from './conversation-port.ts';
import { DeliveredAudioClock, spreadPlayedMs, type HeardAudio } from './delivered-audio-clock.ts';
import type { PartialTranscripts } from './partial-transcripts.ts';

/** Responses under way at once; more than that are begun by a provider that never ends them. */
const MAX_TURNS = 256;
/** A provider that speaks no faster than it is heard leaves gaps; after a longer one all was played that the client has. */
const GAP_MS = 200;

/**
 * The assistant's side: one turn per response that says something. A turn is over when it has been played, not when
 * it has been generated; its final text says what was heard. Owns delivery of audio, the playback estimate and the
 * cut; who may cut, and when, is the conversation's business.
 */
export class AssistantTurns {
  readonly #port: ConversationPort;
  readonly #partials: PartialTranscripts;
  readonly #options: AssistantTurnsOptions;
  readonly #clock = new DeliveredAudioClock();
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
    if (this.#turns.size >= MAX_TURNS) this.#finishOldest(nowMs);
    this.#count += 1;
    this.#turns.set(responseId, new AssistantTurn(`a${this.#count}`, responseId));
  }

  /** Delivers audio, unless the turn was cut. True for the first audio of a turn. */
  audio(responseId: string, itemId: string, pcm: Uint8Array, nowMs: number): boolean {
    const turn = this.#current?.responseId === responseId ? this.#current : this.#turns.get(responseId);
    const durationMs = pcm.byteLength / this.#options.bytesPerMs;
    if (turn?.state.type !== 'generating') {
      if (turn?.state.type === 'cut') turn.state.leftOut(itemId, durationMs);
      return false;
    }
    this.#current = turn;
    turn.isReportedPlayed = false;
    const first = turn.startMs === undefined;
    if (first) {
      turn.startMs = this.#options.sinceStartMs(nowMs);
      turn.isSpeaking = true;
      this.#port.frame({ t: 'speech', role: 'assistant', state: 'started', turn: turn.name });
    }
    this.#port.audio(pcm);
    this.#clock.deliver(turn.name, itemId, durationMs, nowMs);
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
  end(responseId: string, outcome: ResponseOutcome, nowMs: number): void {
    const turn = this.#turns.get(responseId);
    if (turn === undefined || turn.state.type === 'playing') return;
    turn.ended(outcome);
    if (turn.state.type === 'cut') {
      turn.state.ended(outcome);
      if (turn.state.finalAtMs === undefined) this.#drop(turn);
      else if (turn.state.settleAtMs === undefined) this.#finishCut(turn, turn.state, nowMs);
      return;
    }
    const cancelled = outcome.status === 'cancelled';
    if (turn.isSpeaking) this.#port.audioBoundary('end');
    this.#stopSpeaking(turn, nowMs);
    turn.state = { type: 'playing', cancelled };
    if ((this.#clock.endOf(turn.name) ?? nowMs) <= nowMs)
      this.#finish(turn, cancelled, this.#clock.heard(turn.name, nowMs), nowMs);
  }

  /**
   * Cuts everything that is being generated or may still be playing. {@link AssistantTurns.settleCut} has to follow once
   * the client was told of it.
   * @param playedMs - how much of the playing turn the client says it played
   * @param isOrder - the client asked for it: a response that goes on is cut also where all of it so far was played
   */
  cut(nowMs: number, playedMs?: number, isOrder = false): Cut {
    const playing = this.#clock.turnsPlaying(nowMs);
    const generating = this.generating;
    const affected = [...this.#turns.values()].filter(
      (turn) => turn.state.type === 'generating' || (turn.state.type === 'playing' && playing.includes(turn.name)),
    );
    const played = new Set(isOrder ? [] : affected.filter((turn) => this.#wasPlayed(turn, nowMs)));
    const first = affected.find((turn) => !played.has(turn) && (turn.isSpeaking || playing.includes(turn.name)));
    for (const turn of affected) {
      const estimate = this.#clock.heard(turn.name, nowMs);
      const reported = turn === first && playedMs !== undefined;
      const isKnown = reported || played.has(turn) || this.#options.graceMs === 0;
      const waits = !isKnown && estimate.some((item) => item.totalMs > 0);
      turn.state = new CutState({
        wasPlayed: played.has(turn),
        isGenerating: turn.state.type === 'generating',
        heard: reported ? spreadPlayedMs(estimate, playedMs) : estimate,
        settleAtMs: waits ? nowMs + this.#options.graceMs : nowMs,
        finalAtMs: nowMs + LIMITS.lateTextMs,
      });
    }
    this.#clock.cut(nowMs);
    if (first !== undefined) this.#port.audioBoundary('cut');
    else if (played.size > 0) this.#port.audioBoundary('end');
    return { turn: first?.name, responseId: generating };
  }

  /** Sends what follows an `interruption`: ends of speech, what was heard where that is known, and texts that are final. */
  settleCut(nowMs: number): void {
    for (const turn of this.#turns.values()) if (turn.state.type === 'cut') this.#stopSpeaking(turn, nowMs);
    this.#settleDue(nowMs);
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
    turn.isReportedPlayed = (this.#clock.endOf(name) ?? nowMs + 1) <= nowMs;
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
      if (state.type === 'cut') at = state.settleAtMs ?? state.finalAtMs;
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
    this.cut(nowMs);
    this.settleCut(nowMs);
    this.settleAll(nowMs);
    for (const turn of this.#turns.values())
      if (turn.state.type === 'cut' && turn.state.finalAtMs !== undefined) this.#finishCut(turn, turn.state, nowMs);
  }

  /** Known text of turns without a final one: they may still be playing. */
  unfinished(nowMs: number): readonly TranscriptEntry[] {
    return [...this.#turns.values()]
      .filter(({ state }) => state.type !== 'cut' || state.finalAtMs !== undefined)
      .map((turn) => {
        // Until its client had a say, of a turn that was cut all counts.
        const { state } = turn;
        const isSettled = state.type === 'cut' && state.settleAtMs === undefined;
        const text = isSettled ? turn.textHeard(state.heardOfAll) : turn.text();
        return this.#entry(turn, text.trimEnd(), false, nowMs);
      });
  }

  #partial(turn: AssistantTurn, nowMs: number): void {
    if (turn.state.type === 'generating' || turn.state.type === 'playing') this.#partials.changed(turn, nowMs);
  }

  #stopSpeaking(turn: AssistantTurn, nowMs: number): void {
    if (!turn.isSpeaking) return;
    turn.isSpeaking = false;
    this.#partials.flushAll(nowMs);
    this.#port.frame({ t: 'speech', role: 'assistant', state: 'stopped', turn: turn.name });
  }

  #settleDue(nowMs: number): void {
    for (const turn of this.#turns.values()) {
      const { state } = turn;
      if (state.type !== 'cut') continue;
      if (state.settleAtMs !== undefined && state.settleAtMs <= nowMs) this.#settle(turn, state, state.heard, nowMs);
      if (state.settleAtMs === undefined && state.finalAtMs !== undefined && state.finalAtMs <= nowMs)
        this.#finishCut(turn, state, nowMs);
    }
  }

  /** Whether a response that goes on has nothing left at the client that could be cut. */
  #wasPlayed(turn: AssistantTurn, nowMs: number): boolean {
    const endsAtMs = this.#clock.endOf(turn.name);
    if (turn.state.type !== 'generating' || endsAtMs === undefined) return false;
    return endsAtMs + (turn.isReportedPlayed ? 0 : GAP_MS) <= nowMs;
  }

  #settle(turn: AssistantTurn, state: CutState, heard: readonly HeardAudio[], nowMs: number): void {
    state.settleAtMs = undefined;
    state.heard = heard;
    if (this.#options.canTruncate && heard.some((item) => item.heardMs < item.totalMs)) {
      this.#port.command({ type: 'response-truncate', responseId: turn.responseId, items: heard.map(roundItem) });
    }
    if (!state.awaitsText) this.#finishCut(turn, state, nowMs);
  }

  #finishCut(turn: AssistantTurn, state: CutState, nowMs: number): void {
    state.finalAtMs = undefined;
    this.#finish(turn, state.isInterrupted, state.heardOfAll, nowMs);
  }

  /** The final text; afterwards the turn is only remembered while its response still generates, to drop the rest. */
  #finish(turn: AssistantTurn, interrupted: boolean, heard: readonly HeardAudio[], nowMs: number): void {
    // Vendors send a word with the space before the next one, which may never have come.
    const text = (interrupted ? turn.textHeard(heard) : turn.text()).trimEnd().toWellFormed();
    this.#partials.flush(turn, nowMs);
    this.#partials.forget(turn);
    if (turn.startMs !== undefined || this.#partials.hasShown(turn) || turn.incomplete !== undefined) {
      this.#port.frame({
        t: 'transcript',
        role: 'assistant',
        text,
        final: true,
        turn: turn.name,
        ...(turn.startMs === undefined ? {} : { startMs: turn.startMs }),
        ...(interrupted ? { interrupted: true } : {}),
        ...(turn.incomplete === undefined ? {} : { incomplete: turn.incomplete }),
      });
      this.#port.transcript(this.#entry(turn, text, interrupted, nowMs), true);
    }
    this.#clock.forget(turn.name);
    if (turn.state.type !== 'cut' || !turn.state.isGenerating) this.#drop(turn);
  }

  #finishOldest(nowMs: number): void {
    for (const turn of this.#turns.values()) {
      this.#stopSpeaking(turn, nowMs);
      if (turn.state.type !== 'cut') this.#finish(turn, true, this.#clock.heard(turn.name, nowMs), nowMs);
      else if (turn.state.finalAtMs !== undefined) this.#finishCut(turn, turn.state, nowMs);
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
      ...(turn.incomplete === undefined ? {} : { incomplete: turn.incomplete }),
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

/** Outcome of a cut. */
export interface Cut {
  /** The turn that was playing; `undefined` when nothing could be heard. */
  readonly turn: string | undefined;
  /** The response that is still being generated. */
  readonly responseId: string | undefined;
}

function roundItem(item: HeardAudio): HeardAudio {
  return { itemId: item.itemId, heardMs: Math.floor(item.heardMs), totalMs: Math.floor(item.totalMs) };
}
