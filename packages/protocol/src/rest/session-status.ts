/** Life of a session: `created`, then `active` once a client connected, then `ended`; or `expired` if none ever did. */
export const SESSION_STATUSES = ['created', 'active', 'ended', 'expired'] as const;

/** One of {@link SESSION_STATUSES}. */
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** Who ends a user's turn: the provider's voice activity detection, or only a `commit` of the client. */
export const TURN_DETECTION_MODES = ['auto', 'manual'] as const;

/** One of {@link TURN_DETECTION_MODES}. */
export type TurnDetectionMode = (typeof TURN_DETECTION_MODES)[number];
