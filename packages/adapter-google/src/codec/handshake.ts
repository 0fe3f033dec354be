import type { SessionConfig } from '@speko/adapter';
import { sayExactly } from '@speko/adapter-kit';
import type { Content, GoogleClientMessage } from '../google-client-events.ts';
import type { ModelProfile } from '../model-profiles.ts';
import { seedTurns } from './seed-history.ts';
import { announcesHistory } from './setup.ts';

/** Messages to a session that has become ready, except about calls of an earlier connection. */
export function openingMessages(config: SessionConfig, profile: ModelProfile): readonly GoogleClientMessage[] {
  const { continuation, firstMessage } = config;
  if (continuation === undefined) {
    if (firstMessage === undefined) return [];
    return [askFor(sayExactly(firstMessage), profile)];
  }
  return continuation.handle === undefined ? retell(config, profile) : [];
}

/** Tells a fresh session what was said before it. */
function retell(config: SessionConfig, profile: ModelProfile): readonly GoogleClientMessage[] {
  const { turns, pendingQuestion } = seedTurns(config.continuation?.history ?? []);
  if (announcesHistory(config, profile)) {
    return [
      { clientContent: { turns: [...turns], turnComplete: true } },
      ...(pendingQuestion === undefined ? [] : [{ realtimeInput: { text: pendingQuestion } }]),
    ];
  }
  if (pendingQuestion !== undefined) return [askFor(pendingQuestion, profile, turns)];
  const last = turns.at(-1);
  if (last === undefined) return [];
  // Here a history is to end with the user.
  const closing: Content[] = last.role === 'user' ? [] : [{ role: 'user', parts: [{ text: ' ' }] }];
  return [{ clientContent: { turns: [...turns, ...closing], turnComplete: false } }];
}

/** Makes the model speak although the user has not. */
function askFor(text: string, { firstMessageAs }: ModelProfile, turns: readonly Content[] = []): GoogleClientMessage {
  if (firstMessageAs === 'realtime-text') return { realtimeInput: { text } };
  return { clientContent: { turns: [...turns, { role: 'user', parts: [{ text }] }], turnComplete: true } };
}
