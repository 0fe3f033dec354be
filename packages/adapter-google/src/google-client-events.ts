// Messages of this adapter, typed here: the published package does not depend on the official one.
// `official-types.test-d.ts` holds them against the official types.

/** @see https://ai.google.dev/api/live */
export type GoogleClientMessage =
  | { readonly setup: GoogleSetup }
  | { readonly realtimeInput: RealtimeInput }
  | { readonly clientContent: ClientContent }
  | { readonly toolResponse: { readonly functionResponses: FunctionResponse[] } };

export interface GoogleSetup {
  readonly model: string;
  readonly generationConfig: {
    readonly responseModalities: ['AUDIO'];
    readonly temperature?: number;
    readonly maxOutputTokens?: number;
    readonly speechConfig?: { readonly voiceConfig: { readonly prebuiltVoiceConfig: { readonly voiceName: string } } };
    readonly thinkingConfig?: ThinkingConfig;
  };
  readonly systemInstruction?: Content;
  readonly tools?: { readonly functionDeclarations: FunctionDeclaration[] }[];
  readonly realtimeInputConfig: RealtimeInputConfig;
  readonly inputAudioTranscription: Record<string, never>;
  readonly outputAudioTranscription: Record<string, never>;
  readonly sessionResumption: { readonly handle?: string };
  /** Counts are 64-bit integers, which proto-JSON writes as strings. */
  readonly contextWindowCompression?: {
    readonly triggerTokens: string;
    readonly slidingWindow: { readonly targetTokens: string };
  };
  readonly historyConfig?: { readonly initialHistoryInClientContent: true };
}

export type ThinkingConfig =
  | { readonly thinkingLevel: 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH' }
  | { readonly thinkingBudget: number };

export interface RealtimeInputConfig {
  readonly automaticActivityDetection: {
    readonly disabled?: true;
    readonly startOfSpeechSensitivity?: 'START_SENSITIVITY_HIGH' | 'START_SENSITIVITY_LOW';
    readonly endOfSpeechSensitivity?: 'END_SENSITIVITY_HIGH' | 'END_SENSITIVITY_LOW';
    readonly prefixPaddingMs?: number;
    readonly silenceDurationMs?: number;
  };
  readonly activityHandling?: 'START_OF_ACTIVITY_INTERRUPTS' | 'NO_INTERRUPTION';
  readonly turnCoverage?: 'TURN_INCLUDES_ALL_INPUT';
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly description: string;
  readonly behavior?: 'BLOCKING' | 'NON_BLOCKING';
  readonly parameters?: GoogleSchema;
  readonly parametersJsonSchema?: Readonly<Record<string, unknown>>;
}

/** Google's subset of OpenAPI schemas. */
export interface GoogleSchema {
  type?: 'STRING' | 'NUMBER' | 'INTEGER' | 'BOOLEAN' | 'ARRAY' | 'OBJECT';
  nullable?: boolean;
  title?: string;
  description?: string;
  format?: string;
  pattern?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  minLength?: string;
  maxLength?: string;
  minItems?: string;
  maxItems?: string;
  minProperties?: string;
  maxProperties?: string;
  items?: GoogleSchema;
  properties?: Record<string, GoogleSchema>;
  propertyOrdering?: string[];
  required?: string[];
  anyOf?: GoogleSchema[];
}

/** One of them per message. */
export type RealtimeInput =
  | { readonly audio: { readonly mimeType: string; readonly data: string } }
  | { readonly text: string }
  | { readonly activityStart: Record<string, never> }
  | { readonly activityEnd: Record<string, never> }
  | { readonly audioStreamEnd: true };

export interface ClientContent {
  readonly turns?: Content[];
  readonly turnComplete: boolean;
}

export interface Content {
  readonly role?: 'user' | 'model';
  readonly parts: { readonly text: string }[];
}

export interface FunctionResponse {
  /** Absent where the call had none. */
  readonly id?: string;
  readonly name: string;
  readonly response: Readonly<Record<string, unknown>>;
  /** When a model that did not wait for it is to speak of it. */
  readonly scheduling?: 'INTERRUPT' | 'SILENT';
}
