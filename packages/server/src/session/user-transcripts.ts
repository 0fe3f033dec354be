import { LIMITS } from '@speko/protocol';
import { boundJsonText, jsonBytes } from './bounded-text.ts';
import type { ConversationPort } from './conversation-port.ts';
import type { GrowingTurn, PartialTranscripts } from './partial-transcripts.ts';

/** Turns that are remembered, so that nothing follows their finals; more than a provider has under way. */
const MAX_TURNS = 1000;

/** The user's side: speech, and transcripts that may arrive at any time after it. One final per turn. */
export class UserTranscripts {
  readonly #port: ConversationPort;
  readonly #partials: PartialTranscripts;
  readonly #sinceStartMs: (nowMs: number) => number;
  /** The oldest first. */
  readonly #turns = new Map<string, UserTurn>();
  #count = 0;

  constructor(port: ConversationPort, partials: PartialTranscripts, sinceStartMs: (nowMs: number) => number) {
    this.#port = port;
    this.#partials = partials;
    this.#sinceStartMs = sinceStartMs;
  }

  speechStarted(turnId: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (turn.isSpeaking) return;
    turn.isSpeaking = true;
    this.#port.frame({ t: 'speech', role: 'user', state: 'started', turn: turn.name });
  }

  speechEnded(turnId: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (!turn.isSpeaking) return;
    turn.isSpeaking = false;
    this.#port.frame({ t: 'speech', role: 'user', state: 'stopped', turn: turn.name });
  }

  /** The turn exists from now on, also where the provider announced no speech. */
  committed(turnId: string, nowMs: number): void {
    this.#turn(turnId, nowMs);
  }

  delta(turnId: string, delta: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (turn.isFinal) return;
    const roomBytes = LIMITS.turnTextBytes - turn.bytes;
    if (roomBytes <= 0 || delta === '') return;
    const added = boundJsonText(delta, roomBytes);
    turn.spoken += added;
    // A turn is full once something of it did not fit.
    turn.bytes = added === delta ? turn.bytes + jsonBytes(added) : LIMITS.turnTextBytes;
    this.#partials.changed(turn, nowMs);
  }

  replace(turnId: string, text: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    const bounded = boundJsonText(text, LIMITS.turnTextBytes);
    if (turn.isFinal || turn.spoken === bounded) return;
    turn.spoken = bounded;
    turn.bytes = jsonBytes(bounded);
    this.#partials.changed(turn, nowMs);
  }

  end(turnId: string, text: string | undefined, nowMs: number): void {
    this.#finish(this.#turn(turnId, nowMs), text, nowMs);
  }

  /** A typed message is a turn that is complete at once. */
  typed(text: string, nowMs: number): void {
    this.#finish(this.#turn(`typed ${this.#count + 1}`, nowMs), text, nowMs);
  }

  /** The session is over: turns that were heard but never transcribed to the end are final as they stand. */
  finish(nowMs: number): void {
    for (const turn of this.#turns.values()) {
      if (!turn.isFinal && turn.spoken !== '') this.#finish(turn, undefined, nowMs);
    }
  }

  #turn(turnId: string, nowMs: number): UserTurn {
    let turn = this.#turns.get(turnId);
    if (turn === undefined) {
      this.#count += 1;
      turn = new UserTurn(`u${this.#count}`, this.#sinceStartMs(nowMs));
      if (this.#turns.size >= MAX_TURNS) this.#forgetOldest(nowMs);
      this.#turns.set(turnId, turn);
    }
    return turn;
  }

  #forgetOldest(nowMs: number): void {
    for (const [turnId, turn] of this.#turns) {
      if (turn.spoken !== '') this.#finish(turn, undefined, nowMs);
      this.#turns.delete(turnId);
      return;
    }
  }

  #finish(turn: UserTurn, text: string | undefined, nowMs: number): void {
    if (turn.isFinal) return;
    turn.isFinal = true;
    this.#partials.flush(turn, nowMs);
    this.#partials.forget(turn);
    const said = (text === undefined ? turn.spoken : boundJsonText(text, LIMITS.turnTextBytes)).toWellFormed();
    turn.spoken = '';
    const { name, startMs } = turn;
    this.#port.frame({ t: 'transcript', role: 'user', text: said, final: true, turn: name, startMs });
    const atMs = this.#sinceStartMs(nowMs);
    this.#port.transcript({ turn: name, role: 'user', text: said, interrupted: false, startMs, atMs }, true);
  }
}

class UserTurn implements GrowingTurn {
  readonly role = 'user';
  readonly name: string;
  readonly startMs: number;
  /** Partial transcript; dropped once it is final. */
  spoken = '';
  /** Its length where it stands in JSON. */
  bytes = 0;
  isSpeaking = false;
  isFinal = false;

  constructor(name: string, startMs: number) {
    this.name = name;
    this.startMs = startMs;
  }

  text(): string {
    return this.spoken;
  }
}
