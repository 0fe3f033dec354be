import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Access, mint, type Minted, request } from './access.ts';
import type { Frame } from './raw-call.ts';
import { pause, within } from './wait.ts';

/** What an ordinary caller does: types now and then, or speaks in real time. */
export interface OrdinaryCallPlan {
  readonly by: 'text' | 'speech';
  readonly provider: string;
  readonly model: string;
}

/** Beyond it an answer counts as lost. */
const ANSWER_MS = 45_000;
const CHUNK_MS = 20;
const CHUNK_BYTES = 960;
const SPEECH_MS = 1000;
const BETWEEN_TURNS_MS = 400;

interface SaidFinal {
  readonly turn: string;
  readonly role: string;
  readonly text: string;
}

/** A call as honest callers make it, which notices whatever is lost of it. */
export class OrdinaryCall {
  readonly #access: Access;
  readonly #plan: OrdinaryCallPlan;
  readonly #session: Minted;
  readonly #socket: WebSocket;
  readonly #finals: SaidFinal[] = [];
  readonly #losses: string[] = [];
  #answers = 0;
  #turns = 0;
  #audioBytes = 0;
  #usages = 0;
  #isOver = false;
  #isClosed = false;
  #talking: Promise<void> | undefined;

  private constructor(access: Access, plan: OrdinaryCallPlan, session: Minted, socket: WebSocket) {
    this.#access = access;
    this.#plan = plan;
    this.#session = session;
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#audioBytes += data.byteLength;
      else this.#take(JSON.parse(data.toString('utf8')) as Frame);
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.#isClosed = true;
      if (!this.#isOver) this.#losses.push(`the call was closed with ${code}`);
    });
  }

  /** Mints with the bystander's key, connects, and begins to talk. */
  static async start(access: Access, plan: OrdinaryCallPlan): Promise<OrdinaryCall> {
    const session = await mint(access, { provider: plan.provider, model: plan.model }, access.keys[1]);
    const socket = new WebSocket(session.wsUrl, [session.wsToken], { perMessageDeflate: false });
    const call = new OrdinaryCall(access, plan, session, socket);
    await once(socket, 'open');
    call.#talking = call.#talk();
    return call;
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** Turns so far, and how many of them were answered. */
  get progress(): { readonly turns: number; readonly answers: number } {
    return { turns: this.#turns, answers: this.#answers };
  }

  /** What was lost so far. */
  get losses(): readonly string[] {
    return this.#losses;
  }

  /** Lets the present turn come to its end, hangs up, and compares the record. Returns everything that was lost. */
  async finish(): Promise<readonly string[]> {
    this.#isOver = true;
    await this.#talking;
    this.#socket.close(1000, 'client_closed');
    await within(5_000, () => this.#isClosed);
    this.#losses.push(...(await this.#missingInRecord()));
    return this.#losses;
  }

  async #talk(): Promise<void> {
    while (!this.#isOver && !this.#isClosed) {
      const { by } = this.#plan;
      const before = { answers: this.#answers, audioBytes: this.#audioBytes, finals: this.#finals.length };
      this.#turns++;
      const deadline = performance.now() + ANSWER_MS;
      const isDone = (): boolean => this.#answers > before.answers || this.#isClosed || performance.now() > deadline;
      if (by === 'text') {
        this.#socket.send(JSON.stringify({ t: 'text', text: `turn ${this.#turns}` }));
        while (!isDone()) await pause(CHUNK_MS);
      } else await this.#speak(isDone);
      if (this.#isClosed) return;
      const what = `turn ${this.#turns} by ${by}`;
      if (this.#answers === before.answers) this.#losses.push(`${what} was not answered in ${ANSWER_MS / 1000} s`);
      else if (this.#audioBytes === before.audioBytes) this.#losses.push(`${what} was answered without sound`);
      const heard = this.#finals.slice(before.finals).filter(({ role }) => role === 'user');
      if (by === 'text' && !heard.some(({ text }) => text === `turn ${this.#turns}`)) {
        this.#losses.push(`${what} is not in the transcript`);
      }
      await pause(BETWEEN_TURNS_MS);
    }
  }

  /** A second of speech, then silence until the answer has been heard, in real time. */
  async #speak(isDone: () => boolean): Promise<void> {
    const startMs = performance.now();
    for (let index = 0; !isDone(); index++) {
      this.#socket.send(index * CHUNK_MS < SPEECH_MS ? SPEECH : SILENCE);
      await pause(Math.max(0, startMs + (index + 1) * CHUNK_MS - performance.now()));
    }
  }

  #take(frame: Frame): void {
    if (frame.t === 'usage') this.#usages++;
    if (frame.t === 'error' && !this.#isOver) {
      this.#losses.push(`an error came: ${String(frame['code'])} ${String(frame['message']).slice(0, 100)}`);
    }
    if (frame.t !== 'transcript' || frame['final'] !== true) return;
    const { turn, role, text } = frame as unknown as SaidFinal;
    this.#finals.push({ turn, role, text });
    if (role !== 'assistant') return;
    this.#answers++;
    if (frame['interrupted'] === true) this.#losses.push(`answer ${this.#answers} was interrupted`);
  }

  /** The record may be written a little later than the call ended. */
  async #missingInRecord(): Promise<readonly string[]> {
    let missing: readonly string[] = [];
    await within(20_000, async () => {
      missing = await this.#compareRecord().catch((error: unknown) => [`the record cannot be read: ${String(error)}`]);
      return missing.length === 0;
    });
    return missing;
  }

  async #compareRecord(): Promise<readonly string[]> {
    const path = `/v1/sessions/${this.#session.sessionId}`;
    const key = this.#access.keys[1];
    const transcript = await request(this.#access.url, `${path}/transcript`, { key });
    const kept = new Set(((transcript.body['entries'] ?? []) as readonly SaidFinal[]).map(finalKey));
    const missing = this.#finals.filter((final) => !kept.has(finalKey(final)));
    const record = await request(this.#access.url, path, { key });
    const { responses } = (record.body['usage'] ?? {}) as { readonly responses?: number };
    return [
      ...(missing.length > 0 ? [`${missing.length} of ${this.#finals.length} finals are not in the record`] : []),
      ...(record.body['status'] === 'ended' ? [] : [`the record says ${String(record.body['status'])}`]),
      ...((responses ?? 0) < this.#usages ? [`usage of ${responses} of ${this.#usages} responses was kept`] : []),
    ];
  }
}

function finalKey({ turn, role, text }: SaidFinal): string {
  return JSON.stringify([turn, role, text]);
}

/** A tone with the rhythm of syllables, which detectors take for speech: 20 ms at 24 kHz. */
const SPEECH = Buffer.from(
  Int16Array.from(
    { length: CHUNK_BYTES / 2 },
    (_, index) => 8000 * (Math.sin((2 * Math.PI * index) / 120) + 0.4 * Math.sin((2 * Math.PI * index) / 32)),
  ).buffer,
);
const SILENCE = Buffer.alloc(CHUNK_BYTES);
