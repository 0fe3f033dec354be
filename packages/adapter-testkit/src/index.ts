export { driveAdapter } from './driver/drive-adapter.ts';
export type { AdapterDriver, DriveOptions, TimedEvent } from './driver/drive-adapter.ts';
export { makeSessionConfig } from './driver/session-config.ts';
export { replayTranscript } from './transcript/replay-transcript.ts';
export type { Replay, ReplayOptions } from './transcript/replay-transcript.ts';
export { formatTranscript, parseTranscript } from './transcript/transcript.ts';
export type { TranscriptLine } from './transcript/transcript.ts';
