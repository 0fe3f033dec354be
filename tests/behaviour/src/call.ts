import type { RealtimeSession, SessionFrame } from '@speko/client-node';
import { Changes } from './changes.ts';

/** Who ends the turns of the user: the provider, which hears it, or the user, who says so. */
export type TurnMode = 'automatic' | 'manual';

/** What the user sounds like. Chunks come as a microphone sends them, and as fast as it does where the vendor is real. */
export interface Voice {
  speech(ms: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** As much silence as ends a turn for every provider. */
  pause(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What {@link Call} is made from. */
export interface CallParts {
  readonly mode: TurnMode;
  readonly voice: Voice;
  /** How long to wait for anything that should come at once. */
  readonly deadlineMs?: number;
  /** Opens the session; every frame goes to `onFrame`. */
  readonly open: (onFrame: (frame: SessionFrame) => void) => Promise<RealtimeSession>;
}

type FrameOf<Type extends SessionFrame['type']> = Extract<SessionFrame, { type: Type }>;
type Fields<Type extends SessionFrame['type']> = Partial<Omit<FrameOf<Type>, 'type'>>;

/** One call through gateway and client, in the words of a scenario. It keeps what the client got and waits for frames alone. */
export class Call {
  readonly mode: TurnMode;
  readonly session: RealtimeSession;
  /** As the client got them. */
  readonly frames: readonly SessionFrame[];
  /** What the user said so far, without pauses: one entry for each time the user began to speak. */
  readonly utterances: Uint8Array[] = [];
  readonly #voice: Voice;
  readonly #changes: Changes;

  private constructor(parts: CallParts, session: RealtimeSession, frames: readonly SessionFrame[], changes: Changes) {
    this.mode = parts.mode;
    this.session = session;
    this.frames = frames;
    this.#voice = parts.voice;
    this.#changes = changes;
  }

  static async open(parts: CallParts): Promise<Call> {
    const changes = new Changes(parts.deadlineMs);
    const frames: SessionFrame[] = [];
    const session = await parts.open((frame) => {
      frames.push(frame);
      changes.notify();
    });
    return new Call(parts, session, frames, changes);
  }

  /** Every frame so far with this type and these fields. */
  all<Type extends SessionFrame['type']>(type: Type, fields: Fields<Type> = {}): FrameOf<Type>[] {
    const isWanted = (frame: SessionFrame): frame is FrameOf<Type> =>
      frame.type === type &&
      Object.entries(fields).every(([name, value]) => (frame as unknown as Record<string, unknown>)[name] === value);
    return this.frames.filter(isWanted);
  }

  /** The first such frame, once it is there. */
  frame<Type extends SessionFrame['type']>(type: Type, fields: Fields<Type> = {}): Promise<FrameOf<Type>> {
    return this.until(() => this.all(type, fields)[0], `${type} ${JSON.stringify(fields)}`);
  }

  /** The first value of `look` that is neither `undefined` nor `false`. */
  until<Value>(look: () => Value | undefined | false, what: string): Promise<Value> {
    return this.#changes.until(look, what, () => this.frames.map(describe));
  }

  /** A whole turn of the user, of `ms` of speech. */
  async say(ms: number): Promise<void> {
    await this.beginToSay(ms);
    await this.finishSaying();
  }

  /** Speech whose end the provider has not heard, and nobody has told. */
  async beginToSay(ms: number): Promise<void> {
    this.utterances.push(Buffer.concat(await this.#send(this.#voice.speech(ms))));
  }

  /** The same no faster than the gateway takes it: the provider reports speech soon after it began, as in a real call. */
  async beginToSayInStep(ms: number): Promise<void> {
    const said: Uint8Array[] = [];
    for await (const chunk of this.#voice.speech(ms)) {
      said.push(chunk);
      await this.session.sendAudio(chunk);
      await this.sync();
    }
    this.utterances.push(Buffer.concat(said));
  }

  /** Ends the turn: by falling silent, or by saying so. */
  async finishSaying(): Promise<void> {
    if (this.mode === 'manual') this.session.commit();
    else await this.#send(this.#voice.pause());
  }

  /** Waits until an answer has been generated, then plays it to its end. */
  async hearOut(turn: string): Promise<void> {
    await this.frame('speech', { role: 'assistant', state: 'stopped', turn });
    // More than there is counts as all of it.
    this.session.reportPlayback(turn, 600_000);
    await this.frame('transcript', { role: 'assistant', final: true, turn });
  }

  /** Returns once everything sent before has been handled by the gateway, and what that caused at once is here. */
  async sync(): Promise<void> {
    await this.session.ping();
  }

  /** Hangs up. */
  async hangUp(): Promise<void> {
    await this.session.close();
    await this.frame('close');
  }

  /** The audio of one turn of the assistant. */
  audioOf(turn: string): Uint8Array {
    return Buffer.concat(this.all('audio', { turn }).map(({ pcm }) => pcm));
  }

  async #send(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
    const sent: Uint8Array[] = [];
    for await (const chunk of chunks) {
      sent.push(chunk);
      await this.session.sendAudio(chunk);
    }
    return sent;
  }
}

function describe(frame: SessionFrame): unknown {
  return frame.type === 'audio' ? { type: 'audio', turn: frame.turn, bytes: frame.pcm.byteLength } : frame;
}
