// Step 6 and on: the messages that the adapter sends, each with the fields that it sets.

/** A message to the vendor. */
export type AcmeClientEvent = SetupEvent;

/** Configures the session. */
export interface SetupEvent {
  readonly type: 'setup';
  readonly model: string;
}
