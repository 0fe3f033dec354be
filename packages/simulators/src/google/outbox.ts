import type { ProviderFrame } from '@speko/adapter';
import type { SimulatorOutput } from '@speko/simulator-kit';
import type { SimulatedContent, SimulatedMessage } from './server-messages.ts';
import type { SimulatedFault } from './simulator-faults.ts';

const encoder = new TextEncoder();

/** Output of one connection, in the form that the faults of its session give it. */
export class Outbox {
  /** Of the session, once there is one. */
  faults: ReadonlySet<SimulatedFault> = new Set();
  #frames: ProviderFrame[] = [];
  #end: SimulatorOutput['end'];
  #isSilent = false;

  /** Whether anything may still be sent. */
  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Whether a fault has ended all output. */
  get isBroken(): boolean {
    return this.#isSilent || !this.isOpen;
  }

  content(serverContent: SimulatedContent): void {
    this.emit({ serverContent });
  }

  emit(message: SimulatedMessage): void {
    if (this.isBroken) return;
    if (this.faults.has('empty-frames')) this.#send('{}');
    const sent = this.faults.has('future-fields') ? { ...message, futureField: { nobody: ['knows', 1] } } : message;
    this.#send(this.faults.has('spaced-frames') ? JSON.stringify(sent, null, 2) : JSON.stringify(sent));
  }

  close(code: number, reason: string): void {
    this.#end = { type: 'close', code, reason };
  }

  drop(): void {
    this.#end = { type: 'drop' };
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

  #send(text: string): void {
    this.#frames.push(this.faults.has('text-frames') ? text : encoder.encode(text));
  }
}
