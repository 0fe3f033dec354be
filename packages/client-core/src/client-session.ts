import { FrameOutlet } from './frame-outlet.ts';
import { PushSession } from './push-session.ts';
import type { CreateTransport } from './realtime-transport.ts';
import type { SessionFrame } from './session-frames.ts';
import type { SessionOptions } from './session-options.ts';
import type { SessionInfo } from './session-params.ts';

/** What a {@link ClientSession} is made from. */
export interface ClientSessionOptions extends SessionOptions {
  readonly info: SessionInfo;
  readonly createTransport: CreateTransport;
}

/** A session whose frames go to `onFrame`, or wait for whoever iterates. */
export class ClientSession extends PushSession implements AsyncIterable<SessionFrame> {
  readonly #outlet: FrameOutlet;

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` when `info` is not what a mint answers */
  constructor(options: ClientSessionOptions) {
    const outlet = new FrameOutlet(options);
    super(options, outlet);
    this.#outlet = outlet;
  }

  /** Reads frames from the first one on, up to and including `close`. Leaving the loop leaves the session open. */
  [Symbol.asyncIterator](): AsyncIterator<SessionFrame, undefined> {
    return this.#outlet[Symbol.asyncIterator]();
  }
}
