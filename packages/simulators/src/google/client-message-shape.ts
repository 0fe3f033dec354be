import { VendorClose } from './vendor-close.ts';

/** What the vendor's parser knows of a place: anything, named fields, a list, or a map. */
type Shape =
  | 'any'
  | { readonly fields: () => Readonly<Record<string, Shape>> }
  | { readonly list: Shape }
  | { readonly map: () => Shape };

const fields = (known: Readonly<Record<string, Shape>>): Shape => ({ fields: () => known });
const any = (...names: readonly string[]): Record<string, Shape> =>
  Object.fromEntries(names.map((name) => [name, 'any']));

const schema: Shape = {
  fields: () => ({
    ...any('type', 'format', 'title', 'description', 'nullable', 'default', 'example', 'enum', 'required', 'pattern'),
    ...any('minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'),
    ...any('propertyOrdering'),
    items: schema,
    anyOf: { list: schema },
    properties: { map: () => schema },
  }),
};

const blob = fields(any('data', 'mimeType', 'displayName'));
const content = fields({
  role: 'any',
  parts: {
    list: fields({
      ...any('text', 'thought', 'thoughtSignature', 'functionCall', 'functionResponse', 'fileData', 'videoMetadata'),
      ...any('executableCode', 'codeExecutionResult', 'mediaResolution', 'mediaProcessing', 'partMetadata'),
      inlineData: blob,
    }),
  },
});
const transcription = fields(
  any(
    'languageCodes',
    'languageAuto',
    'languageHints',
    'customVocabulary',
    'adaptationPhrases',
    'mode',
    'wordTimestamp',
    'diarization',
    'sourceText',
  ),
);

const tools: Shape = {
  list: fields({
    ...any('googleSearch', 'googleSearchRetrieval', 'googleMaps', 'codeExecution', 'urlContext', 'computerUse'),
    ...any('fileSearch', 'retrieval', 'enterpriseWebSearch', 'mcpServers'),
    functionDeclarations: {
      list: fields({
        ...any('name', 'description', 'behavior', 'parametersJsonSchema', 'response', 'responseJsonSchema'),
        parameters: schema,
      }),
    },
  }),
};

const setup = fields({
  model: 'any',
  generationConfig: fields({
    ...any('responseModalities', 'temperature', 'topP', 'topK', 'maxOutputTokens', 'candidateCount', 'stopSequences'),
    ...any('presencePenalty', 'frequencyPenalty', 'seed', 'mediaResolution', 'enableAffectiveDialog'),
    translationConfig: fields(any('targetLanguageCode', 'echoTargetLanguage')),
    speechConfig: fields({
      ...any('languageCode', 'multiSpeakerVoiceConfig'),
      voiceConfig: fields({ prebuiltVoiceConfig: fields(any('voiceName')), ...any('replicatedVoiceConfig', 'voice') }),
    }),
    thinkingConfig: fields(any('thinkingLevel', 'thinkingBudget', 'includeThoughts')),
  }),
  systemInstruction: content,
  tools,
  realtimeInputConfig: fields({
    ...any('activityHandling', 'turnCoverage', 'interimTranscriptTimestampEnabled'),
    automaticActivityDetection: fields(
      any('disabled', 'startOfSpeechSensitivity', 'endOfSpeechSensitivity', 'prefixPaddingMs', 'silenceDurationMs'),
    ),
  }),
  inputAudioTranscription: transcription,
  outputAudioTranscription: transcription,
  sessionResumption: fields(any('handle', 'transparent')),
  contextWindowCompression: fields({ ...any('triggerTokens'), slidingWindow: fields(any('targetTokens')) }),
  historyConfig: fields(any('initialHistoryInClientContent')),
  proactivity: fields(any('proactiveAudio', 'proactiveVideo')),
  ...any('safetySettings', 'labels', 'avatarConfig', 'explicitVadSignal'),
});

const message = fields({
  setup,
  realtimeInput: fields({
    ...any('text', 'activityStart', 'activityEnd', 'audioStreamEnd'),
    audio: blob,
    video: blob,
    mediaChunks: { list: blob },
  }),
  clientContent: fields({ ...any('turnComplete'), turns: { list: content } }),
  toolResponse: fields({
    functionResponses: { list: fields(any('id', 'name', 'response', 'scheduling', 'willContinue', 'parts')) },
  }),
  // The list is wrapped: present and empty it takes all tools away.
  contextUpdate: fields({ systemInstruction: content, tools: fields({ tools }) }),
});

/**
 * Reads a client message as the vendor's parser does: camelCase or snake_case, every name known, and a field that is
 * null not there at all.
 *
 * @returns The message in camelCase.
 * @throws {@link VendorClose} 1007 in the vendor's own words
 */
export function readClientMessage(value: unknown): Readonly<Record<string, unknown>> {
  const read = readShape(value, message, '');
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw notAnObject();
  return read as Readonly<Record<string, unknown>>;
}

/** Input that is no JSON. */
export function notAnObject(): VendorClose {
  return new VendorClose(1007, 'Invalid JSON payload received. Unexpected token.');
}

function readShape(value: unknown, shape: Shape, path: string): unknown {
  if (shape === 'any' || value === null) return value;
  if ('list' in shape) {
    // A single value stands for a list of one.
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((each, index) => readShape(each, shape.list, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new VendorClose(1007, `Invalid value at '${path}' (message), ${JSON.stringify(value).slice(0, 40)}`);
  }
  const entries = Object.entries(value);
  if ('map' in shape) {
    return Object.fromEntries(
      entries.map(([key, each]) => [key, readShape(each, shape.map(), `${path}[${entries.length}].value`)]),
    );
  }
  const known = shape.fields();
  return Object.fromEntries(
    entries.flatMap(([key, each]) => {
      const name = toCamelCase(key);
      const next = known[name];
      if (next === undefined || !Object.hasOwn(known, name)) {
        const place = path === '' ? '' : ` at '${path}'`;
        throw new VendorClose(1007, `Invalid JSON payload received. Unknown name "${key}"${place}: Cannot find field.`);
      }
      if (each === null) return [];
      return [[name, readShape(each, next, path === '' ? toSnakeCase(name) : `${path}.${toSnakeCase(name)}`)]];
    }),
  );
}

function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
