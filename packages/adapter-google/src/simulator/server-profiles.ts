import { type ModelProfileName, profileOfModel } from '../model-profiles.ts';

/** How the service behaves for one generation of models; the adapter's own table says how to live with it. */
export interface ServerProfile {
  readonly name: ModelProfileName;
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

const PROFILES: Readonly<Record<ModelProfileName, ServerProfile>> = {
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

/** How the service behaves for a model. */
export function serverProfileOf(model: string): ServerProfile {
  return PROFILES[profileOfModel(model).name];
}
