import type { VendorStats } from '../vendor/vendor-session.ts';
import { Child } from './child.ts';

/** The hostile vendor as attacks see it: an address, and what it saw. */
export interface Vendor {
  /** Such as `127.0.0.1:49152`. */
  readonly address: string;
  /** Ids of the providers that it plays. */
  readonly providers: readonly string[];
}

/** The hostile vendor's process. */
export class VendorProcess implements Vendor {
  readonly address: string;
  readonly providers = ['openai', 'google', 'xai'];
  readonly #child: Child;

  private constructor(child: Child, address: string) {
    this.#child = child;
    this.address = address;
  }

  static async start(): Promise<VendorProcess> {
    const child = await Child.start('vendor', {});
    return new VendorProcess(child, await child.ask('address'));
  }

  stop(): void {
    this.#child.stop();
  }
}

/** What the vendor saw of the sessions of this model. */
export async function vendorStats(vendor: Vendor, model: string): Promise<VendorStats> {
  const answer = await fetch(`http://${vendor.address}/?model=${encodeURIComponent(model)}`);
  return (await answer.json()) as VendorStats;
}

/** What leads a gateway to this vendor for every provider that is dialled. */
export function vendorEnvironment({ address }: Vendor): Record<string, string> {
  return {
    OPENAI_BASE_URL: `ws://${address}/openai/v1`,
    OPENAI_API_KEY: 'sk-hostile-0123456789abcdefghijkl',
    XAI_BASE_URL: `ws://${address}/xai/v1`,
    XAI_API_KEY: 'xai-hostile-0123456789abcdefghijkl',
    GEMINI_BASE_URL: `ws://${address}/google`,
    GEMINI_API_KEY: 'AIzaHostile0123456789012345678901234567',
  };
}
