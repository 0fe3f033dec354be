/** A generation of Gemini Live models. */
export type Generation = '3.8' | '3.8-extended-thinking' | '3.1' | '2.5-native-audio' | '2.5-half-cascade';

/** How the service behaves for one generation of models. */
export interface ServerProfile {
  readonly name: Generation;
  /** Refused, exactly one of a level above MINIMAL and a budget, or at most the one that is named. */
  readonly thinking: 'refused' | 'required' | 'level' | 'budget';
  /** `enableAffectiveDialog` and `proactivity`, on the addresses that know them. */
  readonly takesAffectiveDialog: boolean;
  readonly takesProactivity: boolean;
  /** What a function without a `behavior` is. */
  readonly defaultBehavior: 'BLOCKING' | 'NON_BLOCKING';
  /** `scheduling` of a result, or else a refusal. */
  readonly takesScheduling: boolean;
  readonly reportsVoiceActivity: boolean;
  /** The user's words come at once before the reply, or in pieces. */
  readonly inputTranscript: 'whole' | 'pieces';
  /** Words share messages with audio. */
  readonly mixesParts: boolean;
  readonly hearsStreamEnd: boolean;
  /** What the user's words do while a blocking call is open: close, or take it back at once or a while later. */
  readonly inputDuringCall: 'closes' | 'cancels' | 'cancels-later';
  readonly givesHandles: 'early' | 'after-turns';
  /** A history that was announced is awaited. Other models hear of it without effect, and not at all on Vertex AI. */
  readonly awaitsHistory: boolean;
  /** Typed text stops a running reply, or waits for its end. */
  readonly textPreempts: boolean;
  readonly callIdPrefix: string;
  readonly reportsInteraction: boolean;
}

const NEWEST: ServerProfile = {
  name: '3.8',
  thinking: 'refused',
  takesAffectiveDialog: false,
  takesProactivity: true,
  defaultBehavior: 'NON_BLOCKING',
  takesScheduling: true,
  reportsVoiceActivity: true,
  inputTranscript: 'whole',
  mixesParts: true,
  hearsStreamEnd: false,
  inputDuringCall: 'cancels',
  givesHandles: 'early',
  awaitsHistory: true,
  textPreempts: true,
  callIdPrefix: 'fc_',
  reportsInteraction: false,
};

const NATIVE_2_5: ServerProfile = {
  name: '2.5-native-audio',
  thinking: 'budget',
  takesAffectiveDialog: true,
  takesProactivity: true,
  defaultBehavior: 'BLOCKING',
  takesScheduling: true,
  reportsVoiceActivity: false,
  inputTranscript: 'pieces',
  mixesParts: false,
  hearsStreamEnd: true,
  inputDuringCall: 'closes',
  givesHandles: 'after-turns',
  awaitsHistory: false,
  textPreempts: false,
  callIdPrefix: 'function-call-',
  reportsInteraction: false,
};

const PROFILES: Readonly<Record<Generation, ServerProfile>> = {
  '3.8': NEWEST,
  '3.8-extended-thinking': {
    ...NEWEST,
    name: '3.8-extended-thinking',
    thinking: 'required',
    takesProactivity: false,
    takesScheduling: false,
    reportsVoiceActivity: false,
    reportsInteraction: true,
  },
  '3.1': {
    ...NEWEST,
    name: '3.1',
    thinking: 'level',
    takesProactivity: false,
    defaultBehavior: 'BLOCKING',
    inputDuringCall: 'cancels-later',
    // By documentation it ignores the end of the stream no more than 2.5 does.
    hearsStreamEnd: true,
  },
  '2.5-native-audio': NATIVE_2_5,
  '2.5-half-cascade': {
    ...NATIVE_2_5,
    name: '2.5-half-cascade',
    thinking: 'refused',
    takesAffectiveDialog: false,
    takesProactivity: false,
  },
};

/** First match wins. */
const GENERATIONS: readonly (readonly [pattern: RegExp, generation: Generation])[] = [
  [/3\.8.*extended-thinking/, '3.8-extended-thinking'],
  [/3\.8/, '3.8'],
  [/3\.1/, '3.1'],
  [/2\.5.*native-audio/, '2.5-native-audio'],
  [/live-2\.5-flash/, '2.5-half-cascade'],
];

/** How the service behaves for a model, whatever path its id comes with; an unknown one behaves as the newest do. */
export function serverProfileOf(model: string): ServerProfile {
  const id = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return PROFILES[GENERATIONS.find(([pattern]) => pattern.test(id))?.[1] ?? '3.8'];
}
