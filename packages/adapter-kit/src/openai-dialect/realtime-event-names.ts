/** Names that changed between the beta and the generally available form of the OpenAI Realtime dialect. */
const BETA_TO_GA: Readonly<Record<string, string>> = {
  'response.audio.delta': 'response.output_audio.delta',
  'response.audio.done': 'response.output_audio.done',
  'response.audio_transcript.delta': 'response.output_audio_transcript.delta',
  'response.audio_transcript.done': 'response.output_audio_transcript.done',
  'response.text.delta': 'response.output_text.delta',
  'response.text.done': 'response.output_text.done',
  'conversation.item.created': 'conversation.item.added',
};

/**
 * The name a server event has today, whichever generation of the dialect sent it.
 *
 * @param name - The `type` of a server event.
 */
export function currentRealtimeEventName(name: string): string {
  return Object.hasOwn(BETA_TO_GA, name) ? BETA_TO_GA[name]! : name;
}
