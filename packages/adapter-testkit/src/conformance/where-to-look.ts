import type { ConformanceSubject } from './conformance-subject.ts';

/**
 * Which file of an adapter decides a check, and what there to look at, for the person who reads its failure. `%` stands
 * for the adapter's id: files are called `<id>-codec.ts` and so on, as `pnpm new:adapter` writes them.
 */
const PLACES: Readonly<Record<string, string>> = {
  identity: '%-adapter.ts: `id`, `displayName`, `exampleModel`.',
  'options-refused': '%-options.ts: a `z.strictObject`, parsed by `parseAdapterOptions`.',
  'capability-reasons':
    '%-capabilities.ts: one sentence in `reasons` for each flag that is false, none for the others.',
  'plan-repeatable': '%-dial-plan.ts, `plan`: computed from its two arguments alone.',
  'no-side-effects':
    '%-codec.ts and %-adapter.ts: time comes in as `nowMs`, timers are `wakeAtMs`, sockets are the gateway’s.',
  'plan-no-secret':
    '%-dial-plan.ts, `plan`: put the key into `headers` or `protocols`; name it in `secrets` of %.conformance.test.ts.',
  'plan-sane': '%-dial-plan.ts, `plan`.',
  'ready-once':
    '%-codec.ts: `hello` sends what the vendor wants first, `decode` turns its consent into `session-ready`; %-simulator.ts has to give that consent.',
  'decode-total': '%-codec.ts, `decode`: read frames by `parseJsonFrame` and a schema of %-wire.ts; never throw.',
  'commands-total': '%-codec.ts: `encode` and `appendAudio` answer whatever ids they are given.',
  'foreign-json':
    '%-dial-plan.ts, `plan`, and %-codec.ts, `hello`: send a tool’s schema as it is, or count what it becomes; `decode` and `encode`: read by `parseJsonFrame`, and ask `nestsDeeperThan` before what was parsed is written again.',
  'decode-bytes': '%-codec.ts, `decode`: `parseJsonFrame` reads text and bytes alike.',
  'decode-unknown': '%-codec.ts, `decode`: what no schema of %-wire.ts knows becomes one `provider-raw`.',
  'event-shape':
    '%-wire.ts: ids `min(1)`, counts `min(0)`; %-codec.ts: audio that is empty or of odd length is no event.',
  repeatable: '%-codec.ts: ids come from `createIdMinter`, not from chance; no state outside of the codec.',
  'event-order': '%-codec.ts: keep track of what is open, and let nothing come before its start or after its end.',
  'audio-in':
    '%-codec.ts, `appendAudio`: one message with exactly these bytes, encoded before it returns; where other bytes come with them, `audioPayload` of %.conformance.test.ts has to leave those out.',
  'audio-out':
    '%-codec.ts: `decode` of audio, and `encode` of what asks for an answer (`text-append`); %-simulator.ts has to answer with audio; where other bytes come with it, `audioPayload` of %.conformance.test.ts has to leave those out.',
  'audio-rates': '%-dial-plan.ts, `audio`, against the rate that %-simulator.ts sends.',
  wake: '%-codec.ts: clear or advance `wakeAtMs` in `wake`, and clear it in `close`.',
  'close-ends': '%-codec.ts, `close`: a `response-end` for the open response, then one fatal `provider-error`.',
  'barge-in':
    '%-codec.ts: on the vendor’s word that the user speaks, and in `encode` of `response-cancel`, end the response and drop its late audio; %-simulator.ts has to hear the user while it answers.',
  'tool-call-whole':
    '%-codec.ts, `decode` of a tool call; %-simulator.ts has to call the tool that the typed text names.',
  'tool-result': '%-codec.ts, `encode` of `tool-result`; %-simulator.ts has to answer after it.',
  'call-id-used-again':
    '%-codec.ts, `decode` of a tool call: its `callId` is new, whatever the vendor’s id; `encode` of `tool-result` answers with the vendor’s.',
  'call-unusable':
    '%-codec.ts, `decode` of a tool call: `readToolArguments`; where that fails, one `provider-error` and an error as the result.',
  'large-integers':
    '%-codec.ts: read by `parseJsonFrame` and `readToolArguments`; parse results by `parseExactJson`, if at all.',
  'audio-damaged':
    '%-codec.ts, `decode` of audio: `decodeIntactBase64`, and a `provider-error` where that finds damage.',
  'failure-connection': '%-errors.ts: what each HTTP status and close code means; %-codec.ts, `close`.',
  'failure-auth': '%-errors.ts, and `failures.auth` of %.conformance.test.ts: how this vendor refuses a wrong key.',
  'failure-quota':
    '%-errors.ts, and `failures.quota` of %.conformance.test.ts: how this vendor says that no credit is left.',
  'failure-go-away':
    '%-codec.ts, and `failures.goAway` of %.conformance.test.ts: how this vendor ends a session by its own limit.',
  'failure-once': '%-codec.ts, `close`: nothing fatal after a fatal error that was reported.',
  'capability-turnDetectionAuto':
    '%-codec.ts, `decode` of the user’s speech and of the answer; %-simulator.ts has to detect turns.',
  'capability-turnDetectionManual':
    '%-codec.ts: `hello` switches the vendor’s detection off, `audio-commit` ends the turn; %-simulator.ts has to wait for that.',
  'capability-commit': '%-codec.ts, `encode` of `audio-commit`; a commit of nothing is harmless.',
  'capability-clear': '%-codec.ts, `encode` of `audio-clear`; %-simulator.ts has to forget the audio.',
  'capability-interrupt': '%-codec.ts, `encode` of `response-cancel`.',
  'capability-truncate': '%-codec.ts, `encode` of `response-truncate`.',
  'capability-text': '%-codec.ts, `encode` of `text-append`; %-simulator.ts has to answer it.',
  'capability-tools': '%-codec.ts: the tools in `hello`, the call in `decode`, the result in `encode`.',
  'capability-parallelTools':
    '%-codec.ts and %-simulator.ts: two calls at once and one answer to both results, or (where the flag is false) never two calls at once.',
  'capability-firstMessage': '%-codec.ts: ask for it in `hello` or after readiness; %-simulator.ts has to say it.',
  'capability-temperature':
    '%-codec.ts, `hello`; where there is no such setting, list `s2s.temperature` in `session-ready.ignored`.',
  'capability-voice':
    '%-codec.ts, `hello`; where there is no such setting, list `s2s.voice` in `session-ready.ignored`; where only some voices are known, name two as `stimuli.voices` in %.conformance.test.ts.',
  'capability-userTranscript': '%-codec.ts, `decode` of the user’s words; %-simulator.ts has to send some.',
  'capability-assistantTranscript': '%-codec.ts, `decode` of the answer’s words; %-simulator.ts has to send some.',
  'capability-usage': '%-codec.ts: `usage` of `response-end`, or `usage-report`; %-simulator.ts has to count.',
  'capability-resumption': '%-codec.ts, `decode` of the vendor’s handle.',
  'capability-fullDuplex': '%-codec.ts: `input-commit` when the user’s turn is closed, where there are turns.',
};

/** Where the author of this adapter finds what decides a check. */
export function whereToLook(checkName: string, { adapter }: Pick<ConformanceSubject, 'adapter'>): string {
  return (PLACES[checkName] ?? '%-codec.ts.').replaceAll('%', adapter.id);
}
