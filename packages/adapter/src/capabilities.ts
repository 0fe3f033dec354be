/**
 * What a provider can do. Flags are promises: the conformance suite tests both directions of each, and the gateway
 * reports them to clients in the `ready` frame. A flag that is `false` needs a sentence in
 * {@link AdapterCapabilities.reasons}; the client sees it as the message of an `UNSUPPORTED` error.
 */
export interface CapabilityFlags {
  /** The provider ends the user's turn by itself. */
  readonly turnDetectionAuto: boolean;
  /** Turns end only on `audio-commit`. */
  readonly turnDetectionManual: boolean;
  /** `audio-commit` is understood, in whichever turn mode. */
  readonly commit: boolean;
  /** `audio-clear` drops audio that is not yet committed. */
  readonly clear: boolean;
  /** `response-cancel` stops generation; `false` where the gateway can only mute what still arrives. */
  readonly interrupt: boolean;
  /** `response-truncate` makes the model forget what was not heard. */
  readonly truncate: boolean;
  /** Typed user messages. */
  readonly text: boolean;
  /** Functions can be declared, called and answered. */
  readonly tools: boolean;
  /** Several tool calls may be open at once. */
  readonly parallelTools: boolean;
  /** The assistant can speak first, with a given text. */
  readonly firstMessage: boolean;
  /** The sampling temperature can be set, 0 to 2. */
  readonly temperature: boolean;
  /** The voice can be chosen. */
  readonly voice: boolean;
  /** The words of the user are reported. */
  readonly userTranscript: boolean;
  /** The words of the assistant are reported. */
  readonly assistantTranscript: boolean;
  /** Token counts are reported. */
  readonly usage: boolean;
  /** A dropped provider connection can be resumed with a handle from `resumption-update`. */
  readonly resumption: boolean;
  /** The model listens while it speaks and knows no turns. */
  readonly fullDuplex: boolean;
}

/** The name of one flag. */
export type CapabilityName = keyof CapabilityFlags;

export interface AdapterCapabilities extends CapabilityFlags {
  /** Why a flag is `false`, as a sentence for the developer of the client. */
  readonly reasons: Readonly<Partial<Record<CapabilityName, string>>>;
}
