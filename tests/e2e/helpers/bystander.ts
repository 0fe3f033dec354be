import type { VendorConnection } from './mirror-vendor.ts';
import type { PlainCall } from './plain-client.ts';
import { Random } from './random.ts';
import type { TestGateway } from './start-gateway.ts';

/** What a bystander found, to be compared with {@link UNDISTURBED}. */
export interface Disturbance {
  readonly audioUpIsIntact: boolean;
  readonly audioDownIsIntact: boolean;
  readonly trace: readonly string[];
}

export const UNDISTURBED: Disturbance = {
  audioUpIsIntact: true,
  audioDownIsIntact: true,
  trace: ['ready', 'speech assistant started a1', 'audio'],
};

/** A call that goes on beside everything else, with random audio both ways. */
export class Bystander {
  readonly #call: PlainCall;
  readonly #provider: VendorConnection;
  readonly #random = new Random(1);
  readonly #up: Buffer[] = [];
  readonly #down: Buffer[] = [];

  private constructor(call: PlainCall, provider: VendorConnection) {
    this.#call = call;
    this.#provider = provider;
  }

  /** To be called before any other session of a mirror vendor is minted. */
  static async start(gateway: TestGateway): Promise<Bystander> {
    const call = await gateway.call();
    const provider = await gateway.vendor.connection(0);
    await call.frame('ready');
    provider.send({ type: 'response-start', responseId: 'r1' });
    return new Bystander(call, provider);
  }

  /** 20 ms each way. */
  talk(): void {
    const [up, down] = [this.#random.bytes(960), this.#random.bytes(960)];
    this.#up.push(up);
    this.#down.push(down);
    this.#call.sendAudio(up);
    this.#provider.say(down);
  }

  /** Waits for all audio so far and compares it bit by bit. */
  async look(): Promise<Disturbance> {
    const [up, down] = [Buffer.concat(this.#up), Buffer.concat(this.#down)];
    await this.#provider.until(() => this.#provider.audioBytes >= up.byteLength, 'the audio of the bystander');
    await this.#call.until(() => this.#call.audioBytes >= down.byteLength, 'the audio to the bystander');
    return {
      audioUpIsIntact: this.#provider.audio.equals(up),
      audioDownIsIntact: this.#call.audio.equals(down),
      trace: this.#call.trace,
    };
  }
}
