import type { ProviderFrame } from '@speko/adapter';
import type { SimulatorOutput } from '@speko/simulator-kit';
import type { ResponseHost } from './simulated-response.ts';
import type { SimulatedFault } from './simulator-faults.ts';
import type { VendorError } from './vendor-error.ts';

type End = NonNullable<SimulatorOutput['end']>;

/** Output of one connection, in the form that the faults of its session give it. */
export class Outbox implements ResponseHost {
  readonly #faults: ReadonlySet<SimulatedFault>;
  /** Tells the ids of this connection from those of others. */
  readonly #idPrefix: string;
  #idCount = 0;
  #frames: ProviderFrame[] = [];
  #end: End | undefined;
  #isSilent = false;

  constructor(faults: ReadonlySet<SimulatedFault>, idPrefix: string) {
    this.#faults = faults;
    this.#idPrefix = idPrefix;
  }

  /** Whether anything may still be sent. */
  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Whether a fault has ended all output. */
  get isBroken(): boolean {
    return this.#isSilent || !this.isOpen;
  }

  has(fault: SimulatedFault): boolean {
    return this.#faults.has(fault);
  }

  /** Sends an event under a new id. */
  emit(event: { readonly type: string; readonly [field: string]: unknown }): void {
    const { type, ...rest } = event;
    const name = this.has('beta-names') ? (BETA_NAMES[type] ?? type) : type;
    this.emitFrame(
      JSON.stringify({ type: name, event_id: this.mintId('event'), ...rest, ...this.#unknownFields(type) }),
    );
    if (this.has('unknown-events') && type === 'response.created')
      this.emit({ type: 'response.mood.updated', mood: 7 });
  }

  emitFrame(frame: ProviderFrame): void {
    if (!this.#isSilent) this.#frames.push(frame);
  }

  mintId(kind: string): string {
    this.#idCount += 1;
    return `${kind}-${this.#idPrefix}-${String(this.#idCount).padStart(6, '0')}`;
  }

  #unknownFields(type: string): Record<string, unknown> {
    return this.has('unknown-events') && type.startsWith('response.') ? { field_of_tomorrow: { list: [1] } } : {};
  }

  /** What came too early or at two rates is reported flat by the vendor, unlike its other errors. */
  refuse({ type, code, message }: VendorError): void {
    const isFlat = this.has('flat-errors') || message.startsWith('Multiple frame rates');
    if (isFlat) return this.emit({ type: 'error', code: code ?? type, message: 'ValueError', params: message });
    this.emit({ type: 'error', error: { type, ...(code === undefined ? {} : { code }), message } });
  }

  end(end: End): void {
    this.#end = end;
  }

  /** Half-open: the socket stays up, the vendor goes silent. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  /** Everything since the last time. */
  take(): SimulatorOutput {
    const frames = this.#frames;
    this.#frames = [];
    return { frames, ...(this.#end === undefined ? {} : { end: this.#end }) };
  }
}

const BETA_NAMES: Readonly<Record<string, string>> = {
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'conversation.item.added': 'conversation.item.created',
};
