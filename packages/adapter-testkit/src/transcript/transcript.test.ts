import { describe, expect, test } from 'vitest';
import { createReference } from '../../test/reference-adapter.ts';
import { createReferenceSimulator } from '../../test/reference-simulator.ts';
import { driveAdapter } from '../driver/drive-adapter.ts';
import { replayTranscript } from './replay-transcript.ts';
import { formatTranscript, parseTranscript } from './transcript.ts';

const options = { apiKey: 'reference-secret' };

describe('reading and writing', () => {
  test('frames are JSON values, text or bytes', () => {
    const jsonl = [
      '{"dir":"config","config":{"turnDetection":"manual"}}',
      '{"dir":"in","atMs":5,"frame":{"type":"ready"}}',
      '{"dir":"out","atMs":6,"frame":"not json"}',
      '',
      '{"dir":"in","atMs":7,"base64":"AAH/"}',
      '{"dir":"do","atMs":8,"audioMs":20}',
      '{"dir":"do","atMs":9,"command":{"type":"audio-commit"}}',
    ].join('\n');
    expect(parseTranscript(jsonl)).toEqual([
      { dir: 'config', config: { turnDetection: 'manual' } },
      { dir: 'in', atMs: 5, frame: '{"type":"ready"}' },
      { dir: 'out', atMs: 6, frame: 'not json' },
      { dir: 'in', atMs: 7, frame: Uint8Array.of(0, 1, 255) },
      { dir: 'do', atMs: 8, audioMs: 20 },
      { dir: 'do', atMs: 9, command: { type: 'audio-commit' } },
    ]);
  });

  test('what is written reads back the same, byte for byte', () => {
    const lines = [
      { dir: 'in', atMs: 1, frame: '{"a":1}' },
      { dir: 'in', atMs: 2, frame: '{ "a": 1 }' },
      { dir: 'in', atMs: 3, frame: '"text"' },
      { dir: 'in', atMs: 4, frame: '1' },
      { dir: 'in', atMs: 5, frame: Uint8Array.of(1, 2) },
      { dir: 'do', atMs: 6, audioMs: 20 },
    ] as const;
    expect(parseTranscript(formatTranscript(lines))).toEqual(lines);
  });

  test.each([
    ['{"dir":"in","atMs":1}', 'Transcript line 1: a message needs "frame" or "base64".'],
    ['\n{"dir":"up","atMs":1}', 'Transcript line 2: "dir" must be in, out, do or config.'],
    ['{"dir":"in","frame":{}}', 'Transcript line 1: "atMs" must be a number of milliseconds.'],
    ['[]', 'Transcript line 1: "atMs" must be a number of milliseconds.'],
    ['7', 'Transcript line 1: not a JSON object.'],
    ['{"dir":"do","atMs":1}', 'Transcript line 1: "do" needs a "command" or "audioMs".'],
    ['{"dir":"do","atMs":1,"audioMs":2}\n{"dir":"config","config":{}}', 'line 2: "config" belongs on the first line.'],
    ['{', 'Transcript line 1: '],
  ])('%j is refused', (jsonl, message) => {
    expect(() => parseTranscript(jsonl)).toThrow(message);
  });
});

describe('replaying', () => {
  test('a recorded session gives the events it gave', () => {
    const driver = driveAdapter({ adapter: createReference(), options, simulator: createReferenceSimulator() });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'Please tell me a story that is long enough to be cut short.' });
    const { responseId } = driver.until('audio-delta');
    driver.command({ type: 'response-cancel', responseId });
    driver.advance(3000);
    const transcript = parseTranscript(formatTranscript(driver.transcript));
    const replay = replayTranscript({ adapter: createReference(), options, transcript });
    expect(replay.timeline).toEqual(driver.timeline);
    expect(replay.frames).toEqual(
      driver.transcript.flatMap((line) => (line.dir === 'out' && 'frame' in line ? [line.frame] : [])),
    );
  });

  test('the first line changes the session’s settings', () => {
    const transcript = parseTranscript('{"dir":"config","config":{"voice":"v"}}');
    const { frames } = replayTranscript({ adapter: createReference(), options, transcript });
    expect(JSON.parse(String(frames[0]))).toMatchObject({ type: 'setup', voice: 'v' });
  });
});
