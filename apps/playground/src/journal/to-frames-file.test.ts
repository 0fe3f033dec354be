import { expect, test } from 'vitest';
import { createCallJournal } from './call-journal.ts';
import { toFramesFile } from './to-frames-file.ts';

test('the file holds frames as objects and audio as sums', () => {
  let nowMs = 0;
  const journal = createCallJournal(() => nowMs);
  nowMs = 12.4;
  journal.sent({ t: 'text', text: 'Hello.' });
  nowMs = 20.6;
  journal.sentAudio(new Uint8Array(960));
  expect(JSON.parse(toFramesFile(journal.view(), 'ses_1'))).toEqual({
    sessionId: 'ses_1',
    droppedRows: 0,
    frames: [
      { atMs: 12, direction: 'sent', kind: 'text', frame: { t: 'text', text: 'Hello.' } },
      { atMs: 21, direction: 'sent', kind: 'audio', audio: { frames: 1, bytes: 960, audioMs: 20, untilMs: 21 } },
    ],
  });
});
