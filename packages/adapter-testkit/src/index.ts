export { driveAdapter } from './driver/drive-adapter.ts';
export type { AdapterDriver, DriveOptions, EventOfType, TimedEvent } from './driver/drive-adapter.ts';
export { makeSessionConfig } from './driver/session-config.ts';
export { replayTranscript } from './transcript/replay-transcript.ts';
export type { Replay, ReplayOptions } from './transcript/replay-transcript.ts';
export { formatTranscript, parseTranscript } from './transcript/transcript.ts';
export type { TranscriptLine } from './transcript/transcript.ts';
export { ADAPTER_CHECKS } from './conformance/adapter-checks.ts';
export type { ConformanceCheck } from './conformance/conformance-check.ts';
export { ConformanceFailure } from './conformance/conformance-failure.ts';
export type {
  ConformanceSubject,
  FailureCase,
  Failures,
  Stimuli,
  ToolStimulus,
} from './conformance/conformance-subject.ts';
export { findOrderFaults } from './conformance/event-order.ts';
export { findShapeFault } from './conformance/event-shape.ts';
export { playDamagedCall } from './conformance/play-damaged-call.ts';
export type { DamagedCall, DamagedCallOptions } from './conformance/play-damaged-call.ts';
export { runConformance } from './conformance/run-conformance.ts';
export type { ConformanceFinding, ConformanceGaps } from './conformance/run-conformance.ts';
export { makeSpeechSample } from './conformance/speech-sample.ts';
export type { Fits } from './fits.ts';
