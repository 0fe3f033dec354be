import type { ConversationPort } from './conversation-port.ts';

/** The user's side: speech, and transcripts that may arrive at any time after it. One final per turn. */
export class UserTurns {
  readonly #port: ConversationPort;
  readonly #sinceStartMs: (nowMs: number) => number;
  readonly #turns = new Map<string, UserTurn>();
  #count = 0;

  constructor(port: ConversationPort, sinceStartMs: (nowMs: number) => number) {
    this.#port = port;
    this.#sinceStartMs = sinceStartMs;
  }

  speechStarted(turnId: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (turn.speaking) return;
    turn.speaking = true;
    this.#port.frame({ t: 'speech', role: 'user', state: 'started', turn: turn.name });
  }

  speechEnded(turnId: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (!turn.speaking) return;
    turn.speaking = false;
    this.#port.frame({ t: 'speech', role: 'user', state: 'stopped', turn: turn.name });
  }

  /** The turn exists from now on, also where the provider announced no speech. */
  committed(turnId: string, nowMs: number): void {
    this.#turn(turnId, nowMs);
  }

  delta(turnId: string, delta: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (turn.final) return;
    turn.text += delta;
    this.#partial(turn, delta, nowMs);
  }

  replace(turnId: string, text: string, nowMs: number): void {
    const turn = this.#turn(turnId, nowMs);
    if (turn.final || turn.text === text) return;
    const delta = text.startsWith(turn.text) ? text.slice(turn.text.length) : undefined;
    turn.text = text;
    this.#partial(turn, delta, nowMs);
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
      if (!turn.final && turn.text !== '') this.#finish(turn, undefined, nowMs);
    }
  }

  #turn(turnId: string, nowMs: number): UserTurn {
    let turn = this.#turns.get(turnId);
    if (turn === undefined) {
      this.#count += 1;
      turn = { name: `u${this.#count}`, startMs: this.#sinceStartMs(nowMs), text: '', speaking: false, final: false };
      this.#turns.set(turnId, turn);
    }
    return turn;
  }

  #partial(turn: UserTurn, delta: string | undefined, nowMs: number): void {
    const { name, text, startMs } = turn;
    this.#port.frame({
      t: 'transcript',
      role: 'user',
      text,
      final: false,
      ...(delta === undefined ? {} : { delta }),
      turn: name,
      startMs,
    });
    this.#port.transcript(this.#entry(turn, nowMs), false);
  }

  #finish(turn: UserTurn, text: string | undefined, nowMs: number): void {
    if (turn.final) return;
    turn.final = true;
    turn.text = text ?? turn.text;
    this.#port.frame({
      t: 'transcript',
      role: 'user',
      text: turn.text,
      final: true,
      turn: turn.name,
      startMs: turn.startMs,
    });
    this.#port.transcript(this.#entry(turn, nowMs), true);
  }

  #entry(turn: UserTurn, nowMs: number) {
    return {
      turn: turn.name,
      role: 'user' as const,
      text: turn.text,
      interrupted: false,
      startMs: turn.startMs,
      atMs: this.#sinceStartMs(nowMs),
    };
  }
}

interface UserTurn {
  /** The id on the wire. */
  readonly name: string;
  readonly startMs: number;
  text: string;
  speaking: boolean;
  final: boolean;
}
