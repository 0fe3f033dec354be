import type { RealtimeTool } from '@speko/client-core';
import type { PacedAudioOptions } from './paced-audio.ts';
import type { PlaybackClockOptions } from './playback-clock.ts';
import type { RealtimeSessionOptions } from './realtime-session.ts';
import type { CreateSessionParams, SpekoOptions } from './speko.ts';

/** Every name of an options type: the compiler tells when one is missing, or is none. */
type NamesOf<Options> = { readonly [Name in keyof Required<Options>]: true };

const CLIENT: NamesOf<SpekoOptions> = { apiKey: true, baseUrl: true, fetch: true, timeoutMs: true };

const MINT: NamesOf<CreateSessionParams> = {
  provider: true,
  model: true,
  voice: true,
  systemPrompt: true,
  temperature: true,
  tools: true,
  turnDetection: true,
  firstMessage: true,
  inputSampleRate: true,
  outputSampleRate: true,
  metadata: true,
  ttlSeconds: true,
  idempotencyKey: true,
  signal: true,
};

const SESSION: NamesOf<RealtimeSessionOptions> = {
  tools: true,
  signal: true,
  openTimeoutMs: true,
  closeTimeoutMs: true,
  highWaterBytes: true,
  maxQueuedAudioMs: true,
  silenceTimeoutMs: true,
  onFrame: true,
  onIgnored: true,
  onHandlerError: true,
};

const TOOL: NamesOf<RealtimeTool> = { name: true, description: true, parameters: true, execute: true };
const PACED_AUDIO: NamesOf<PacedAudioOptions> = { sampleRate: true, chunkMs: true };
const PLAYBACK_CLOCK: NamesOf<PlaybackClockOptions> = { report: true };

/** Options by place. */
export const OPTION_NAMES = {
  'new Speko()': Object.keys(CLIENT),
  'createSession()': Object.keys(MINT),
  'connectRealtime()': [...new Set([...Object.keys(MINT), ...Object.keys(SESSION)])],
  'RealtimeSession.open()': Object.keys(SESSION),
  'defineTool()': Object.keys(TOOL),
  'interrupt()': ['playedMs'],
  'pacedAudio()': Object.keys(PACED_AUDIO),
  'new PlaybackClock()': Object.keys(PLAYBACK_CLOCK),
} as const satisfies Record<string, readonly string[]>;

/** Something that takes options. */
export type OptionPlace = keyof typeof OPTION_NAMES;

/**
 * What the SDKs of vendors and frameworks call our options, without case, `_` and `-`; the hint is given where the option can be. A
 * name may mean several, of which the first that the place has is told.
 */
export const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  systemPrompt: ['instructions', 'systeminstruction', 'systeminstructions', 'system', 'systemmessage', 'prompt'],
  firstMessage: ['greeting', 'welcomemessage', 'initialmessage', 'initialgreeting', 'firstutterance'],
  model: ['modelid', 'modelname', 'deployment', 'azuredeployment', 'engine'],
  provider: ['providerid', 'vendor', 'llm'],
  voice: ['voiceid', 'voicename', 'speaker', 'speechconfig', 'voiceconfig', 'prebuiltvoiceconfig'],
  tools: ['functions', 'functiondeclarations', 'toolset'],
  turnDetection: ['vad', 'vadmode', 'automaticactivitydetection', 'realtimeinputconfig', 'turntaking'],
  inputSampleRate: ['inputaudioformat', 'inputformat', 'inputsampleratehz', 'inputrate', 'samplerate', 'sampleratehz'],
  outputSampleRate: ['outputaudioformat', 'outputformat', 'outputsampleratehz', 'outputrate'],
  metadata: ['tags', 'labels', 'user', 'userid', 'customdata', 'tracing'],
  ttlSeconds: ['ttl', 'maxduration', 'maxdurationseconds', 'duration', 'expiresafter', 'expiresin'],
  idempotencyKey: ['requestid', 'clientrequestid'],
  signal: ['abortsignal', 'abortcontroller', 'controller'],
  onFrame: ['onmessage', 'onevent', 'onaudio', 'ontranscript', 'onopen', 'onclose', 'onerror', 'callbacks', 'handlers'],
  openTimeoutMs: ['connecttimeout', 'connectiontimeout', 'timeout', 'timeoutms'],
  apiKey: ['key', 'token', 'accesstoken', 'authtoken', 'bearer', 'secret'],
  baseUrl: ['url', 'uri', 'endpoint', 'host', 'server', 'serverurl', 'apibase', 'gateway', 'gatewayurl', 'address'],
  timeoutMs: ['timeout', 'requesttimeout', 'timeoutseconds'],
  fetch: ['headers', 'defaultheaders', 'fetchoptions', 'httpagent', 'agent', 'dispatcher', 'proxy'],
  parameters: ['inputschema', 'schema', 'args', 'arguments', 'params', 'parametersjsonschema', 'input'],
  execute: ['handler', 'run', 'func', 'fn', 'callback', 'call', 'invoke', 'implementation'],
  playedMs: ['audioendms', 'audioend', 'ms'],
  sampleRate: ['sampleratehz', 'rate', 'hz'],
  chunkMs: ['frameduration', 'framems', 'chunksize', 'chunkdurationms', 'chunk'],
  report: ['onreport', 'onplayed', 'onplayback'],
};

/** Settings that some SDKs have and no session of a gateway has, by the same spelling, and what to do. */
export const NO_SUCH_SETTING: ReadonlyMap<string, string> = new Map([
  ...all(
    ['s2s', 'session', 'config', 'generationconfig', 'liveconnectconfig', 'audio', 'options', 'function'],
    'Write what it holds beside the other options.',
  ),
  ...all(['mode', 'type'], 'Leave it out: every session is speech to speech.'),
  ...all(
    ['agentid', 'agent', 'intent', 'webhooktags', 'identity', 'constraints', 'transport'],
    'Leave it out: it means nothing to a gateway of your own.',
  ),
  ...all(
    ['modalities', 'outputmodalities', 'responsemodalities', 'inputaudiotranscription', 'outputaudiotranscription'],
    'Leave it out: a session always speaks and always has transcripts.',
  ),
  ...all(
    ['toolchoice', 'maxoutputtokens', 'maxresponseoutputtokens', 'maxtokens', 'topp', 'topk', 'reasoning', 'speed'],
    "Leave it out: the provider's default holds.",
  ),
  ...all(['strict'], 'Leave it out: parameters of a schema library are checked anyway.'),
  ...all(['maxretries', 'retries', 'retry'], 'Leave it out, and repeat what fails with an error that is retryable.'),
  ...all(['dangerouslyallowbrowser'], 'In a page use @speko/client-browser, which needs no API key.'),
]);

function all(names: readonly string[], advice: string): [string, string][] {
  return names.map((name) => [name, advice]);
}
