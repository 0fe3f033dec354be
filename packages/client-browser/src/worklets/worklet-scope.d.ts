// The part of AudioWorkletGlobalScope that the processors use; TypeScript's DOM library leaves it out.
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const sampleRate: number;
