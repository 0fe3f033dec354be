/** Default of {@link LIMITS}.messageBytes by itself: a browser bundle need not hold them all. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * Limits of the wire. Where the table in PROTOCOL.md calls one a setting, this is its default.
 * @see PROTOCOL.md section 8
 */
export const LIMITS = {
  /** Largest REST request body, in bytes. */
  bodyBytes: 262_144,
  /** Largest `metadata`, in bytes of its compact UTF-8 JSON. */
  metadataBytes: 16_384,
  /** Largest WebSocket message from a client, in bytes. A setting. */
  messageBytes: MAX_MESSAGE_BYTES,
  /** Longest `firstMessage`, in characters (Unicode code points). */
  firstMessageChars: 2_000,
  /** Longest `s2s.provider`. */
  providerIdChars: 64,
  /** Longest `s2s.model` and `s2s.voice`, in characters (Unicode code points). */
  modelChars: 256,
  /** Most tools of one session. */
  tools: 128,
  /** Longest tool name. */
  toolNameChars: 64,
  /** Longest `Idempotency-Key`. */
  idempotencyKeyChars: 255,
  /** How long an `Idempotency-Key` is remembered. */
  idempotencyWindowMs: 600_000,
  /** Most issues that a `VALIDATION_ERROR` lists. */
  issues: 50,
  /** How long a `wsToken` opens a connection. A setting. */
  tokenTtlMs: 60_000,
  /** Default and cap of `ttlSeconds`. A setting. */
  maxDurationSeconds: 1_800,
  /** How long a connected client may send nothing. A setting. */
  idleTimeoutMs: 300_000,
  /** How long a provider connection dialled at mint waits for the client. A setting. */
  unclaimedProviderMs: 10_000,
  /** How much audio is kept for a provider that is not ready yet. A setting. */
  readyBufferMs: 10_000,
  /** How often the server pings at the WebSocket level. A setting. */
  pingIntervalMs: 20_000,
  /** How many pings in a row may stay unanswered before the peer counts as gone. */
  silentPings: 2,
  /** How long the server waits for `playback` after an `interruption`, for clients that selected the subprotocol. A setting. */
  playbackGraceMs: 250,
  /** Largest binary message to a client, in bytes. */
  audioMessageBytes: 65_536,
  /** Largest text message to a client, in bytes. */
  serverFrameBytes: 1_048_576,
  /** How long the final of a turn that was cut waits for text that belongs to what was heard. */
  lateTextMs: 1_000,
  /** How many malformed messages within `malformedWindowMs` end the session. */
  malformedFrames: 20,
  /** Window of `malformedFrames`. */
  malformedWindowMs: 10_000,
  /** Longest `text` of a frame, in bytes of UTF-8. */
  textBytes: 65_536,
  /** How much faster than real time a client's audio is read. A setting. */
  audioSpeed: 4,
  /** How much audio of a client may come at once. A setting. */
  audioBurstMs: 30_000,
  /** Messages of one client that are read per second. A setting. */
  messagesPerSecond: 500,
  /** Messages of one client that may come at once. A setting. */
  messageBurst: 15_000,
  /** Text messages of one client that are read per second. A setting. */
  framesPerSecond: 50,
  /** Text messages of one client that may come at once. A setting. */
  frameBurst: 200,
  /** Bytes of text messages of one client that are read per second. A setting. */
  frameBytesPerSecond: 262_144,
  /** Bytes of text messages of one client that may come at once. A setting. */
  frameBurstBytes: 2_097_152,
  /** Longest text of one turn, in bytes of UTF-8 as it stands in JSON. */
  turnTextBytes: 262_144,
  /** Shortest time between two partial transcripts of a turn. */
  partialIntervalMs: 50,
  /** Partial transcripts of a turn, in bytes of their texts per second. */
  partialBytesPerSecond: 32_768,
  /** Page size of a session list when none is asked for. */
  listLimitDefault: 20,
  /** Largest page of a session list. */
  listLimitMax: 100,
} as const;

/** Sample rates a client may choose, in Hz, for either direction. */
export const SAMPLE_RATES = [16_000, 24_000] as const;

/** One of {@link SAMPLE_RATES}, in Hz. */
export type SampleRate = (typeof SAMPLE_RATES)[number];

/** Rate of a direction for which the client chose none, in Hz. */
export const DEFAULT_SAMPLE_RATE: SampleRate = 24_000;
