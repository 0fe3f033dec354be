import { expect, test } from 'vitest';
import { realtimePath, sessionEndPath, sessionPath, sessionStreamPath, sessionTranscriptPath } from './paths.ts';

test('[RS13] the WebSocket path holds the session id', () => {
  expect(realtimePath('ses_01')).toBe('/v1/realtime/ses_01/ws');
});

test('paths of a session', () => {
  expect(sessionPath('ses_01')).toBe('/v1/sessions/ses_01');
  expect(sessionTranscriptPath('ses_01')).toBe('/v1/sessions/ses_01/transcript');
  expect(sessionStreamPath('ses_01')).toBe('/v1/sessions/ses_01/stream');
  expect(sessionEndPath('ses_01')).toBe('/v1/sessions/ses_01/end');
});

test('an id from outside cannot change the path', () => {
  expect(sessionPath('../usage?x')).toBe('/v1/sessions/..%2Fusage%3Fx');
});
