import { describe, expect, test } from 'vitest';
import { openSimulator, outlines, PATH, SPEECH, wordsOf } from './__fixtures__/open-simulator.ts';
import { MODELS } from './__fixtures__/open-simulator.ts';
import { createGoogleSimulator } from './index.ts';

const TEA = { name: 'get_tea', parameters: { type: 'OBJECT', properties: { kind: { type: 'STRING' } } } };
const toolsOf = (behavior?: 'BLOCKING' | 'NON_BLOCKING') => ({
  tools: [{ functionDeclarations: [{ ...TEA, ...(behavior === undefined ? {} : { behavior }) }] }],
});
const close = (code: number, reason: string) => ({ type: 'close', code, reason });

describe('reaching it', () => {
  const simulator = createGoogleSimulator();
  const developer = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
  const vertex = '/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent';

  test.each([
    [developer, { 'x-goog-api-key': 'k' }],
    [`/${developer}?key=k`, {}],
    [`${developer}Constrained?access_token=auth_tokens/k`, {}],
    [vertex, { authorization: 'Bearer k' }],
    [vertex, { 'x-goog-api-key': 'k' }],
  ])('[GEM44] %s with %j', (url, headers: Record<string, string>) => {
    expect(simulator.upgrade({ url, headers, protocols: [] })).toEqual({ type: 'accept' });
  });

  test.each([
    [developer, {}, 401],
    [`${developer}?key=`, {}, 401],
    [developer, { 'x-goog-api-key': 'http-503' }, 503],
    ['/v1/realtime', { 'x-goog-api-key': 'k' }, 404],
    [vertex.replace('/Bidi', '.Bidi'), { 'x-goog-api-key': 'k' }, 404],
  ])('[GEM44] %s with %j is refused', (url, headers: Record<string, string>, status) => {
    expect(simulator.upgrade({ url, headers, protocols: [] })).toMatchObject({ type: 'refuse', status });
  });

  test('[GEM44] every upgrade is refused on request', () => {
    const refusing = createGoogleSimulator({ refuseWithStatus: 429 });
    expect(refusing.upgrade({ url: developer, headers: { 'x-goog-api-key': 'k' }, protocols: [] })).toMatchObject({
      status: 429,
    });
  });

  test('[GEM44] keys and models choose what goes wrong', () => {
    expect(openSimulator({ key: 'invalid' }).end).toEqual(
      close(1007, 'API key not valid. Please pass a valid API key.'),
    );
    expect(openSimulator({ key: 'no-quota' }).end).toMatchObject({ code: 1011 });
    expect(openSimulator({ model: 'unknown-live' }).end).toEqual(
      close(
        1008,
        'models/unknown-live is not found for API version v1beta, or is not supported for bidiGenerateContent.',
      ),
    );
    expect(openSimulator({ model: 'gemini-3.8-live-fault-text-frames' }).frames[0]).toBe('{"setupComplete":{}}');
  });
});

describe('the setup', () => {
  test('[GEM45] messages are binary', () => {
    expect(openSimulator().frames[0]).toEqual(new TextEncoder().encode('{"setupComplete":{}}'));
  });

  test('[GEM45] snake_case is read as well', () => {
    const simulator = openSimulator({ setup: { input_audio_transcription: {}, inputAudioTranscription: undefined } });
    simulator.send({ realtime_input: { text: 'Hello.' } });
    simulator.advance(5000);
    expect(wordsOf(simulator.take())).toBe('simulated: you wrote "Hello."');
  });

  test.each([
    [{ foo: 1 }, `Unknown name "foo" at 'setup'`],
    [{ proactivity: {} }, `Unknown name "proactivity" at 'setup'`],
    [
      {
        tools: [{ functionDeclarations: [{ name: 'a', parameters: { type: 'OBJECT', additionalProperties: false } }] }],
      },
      `Unknown name "additionalProperties" at 'setup.tools[0].function_declarations[0].parameters'`,
    ],
    [
      { generationConfig: { speechConfig: { voice: 'Kore' } } },
      `Unknown name "voice" at 'setup.generation_config.speech_config'`,
    ],
  ])('[GEM45] %j closes with 1007', (setup, words) => {
    expect(openSimulator({ setup }).end).toEqual(
      close(1007, `Invalid JSON payload received. ${words}: Cannot find field.`),
    );
  });

  test.each([
    [MODELS['3.8'], { model: 'gemini-3.8-live' }],
    [MODELS['3.8'], { generationConfig: { responseModalities: ['TEXT'] } }],
    [MODELS['3.8'], { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } }],
    [MODELS['3.8'], { generationConfig: { enableAffectiveDialog: true } }],
    [MODELS['3.1'], { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }],
    [MODELS['2.5-native-audio'], { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } }],
    [MODELS['3.8'], { tools: [{ functionDeclarations: [{ name: '1st' }] }] }],
    [MODELS['3.8'], { tools: [{ functionDeclarations: [{ ...TEA, parametersJsonSchema: { type: 'object' } }] }] }],
  ])('[GEM45] %s refuses %j', (model, setup) => {
    expect(openSimulator({ model, setup }).end).toEqual(close(1007, 'Request contains an invalid argument.'));
  });

  test('[GEM45] a field that is null is not there', () => {
    const simulator = openSimulator({
      setup: { sessionResumption: null, generationConfig: { temperature: null, thinkingConfig: null } },
    });
    simulator.send({ realtimeInput: { text: 'Hello.', activityStart: null } });
    simulator.advance(5000);
    expect(simulator.end).toBeUndefined();
    expect(wordsOf(simulator.take())).toBe('simulated: you wrote "Hello."');
  });

  test('[GEM45] what official clients can say is known', () => {
    const setup = {
      generationConfig: {
        translationConfig: { targetLanguageCode: 'de', echoTargetLanguage: true },
        speechConfig: { languageCode: 'en-US' },
        mediaResolution: 'MEDIA_RESOLUTION_MEDIUM',
        maxOutputTokens: 4096,
      },
      tools: [{ googleSearch: {} }, { googleMaps: {} }],
      avatarConfig: {},
      sessionResumption: { transparent: true },
    };
    expect(openSimulator({ setup }).end).toBeUndefined();
  });

  const ET = MODELS['3.8-extended-thinking'];
  test.each([
    [{ thinkingLevel: 'LOW' }, undefined],
    [{ thinkingLevel: 'high', includeThoughts: true }, undefined],
    [{ thinkingBudget: 512 }, undefined],
    [{ thinkingLevel: 'LOW', thinkingBudget: 512 }, 'Request contains an invalid argument.'],
    [{ thinkingLevel: 'MINIMAL' }, 'Request contains an invalid argument.'],
    [{ thinkingLevel: 'minimal' }, 'Request contains an invalid argument.'],
    [undefined, 'Thinking level must be specified for this model.'],
  ])('[GEM45] extended thinking wants one of a level above minimal and a budget: %j', (thinkingConfig, reason) => {
    const { end } = openSimulator({ model: ET, setup: { generationConfig: { thinkingConfig } } });
    expect(end).toEqual(reason === undefined ? undefined : close(1007, reason));
  });

  const alpha = PATH.replace('v1beta', 'v1alpha');
  const vertex = '/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent';
  const affective = { generationConfig: { enableAffectiveDialog: true } };
  const proactive = { proactivity: { proactiveAudio: true } };
  const invalid = 'Request contains an invalid argument.';
  const unknown = `Invalid JSON payload received. Unknown name "proactivity" at 'setup': Cannot find field.`;
  test.each([
    ['2.5-native-audio', alpha, affective, undefined],
    ['2.5-native-audio', vertex, affective, undefined],
    ['2.5-native-audio', PATH, affective, invalid],
    ['2.5-half-cascade', alpha, affective, invalid],
    ['3.8', alpha, affective, invalid],
    ['2.5-native-audio', alpha, proactive, undefined],
    ['2.5-native-audio', PATH, proactive, unknown],
    ['3.1', alpha, proactive, unknown],
    ['3.8', alpha, proactive, undefined],
    ['3.8', alpha, { proactivity: { proactiveAudio: false } }, invalid],
  ] as const)('[GEM70] %s on %s with %j', (model, path, setup, reason) => {
    const { end } = openSimulator({ model: MODELS[model], path, setup });
    expect(end).toEqual(reason === undefined ? undefined : close(1007, reason));
  });

  test('[GEM45] it is the first message, and the only one', () => {
    const { simulator, send } = openSimulator();
    send({ setup: { model: 'models/gemini-3.8-live' } });
    const connection = simulator.connect({ url: '/', headers: {}, protocols: [] }, 0);
    expect(connection.receive('{"realtimeInput":{"text":"Hi"}}', 0).end).toMatchObject({ code: 1007 });
    const again = openSimulator();
    again.send({ setup: { model: 'models/gemini-3.8-live' } });
    expect(again.end).toEqual(close(1007, 'Request contains an invalid argument.'));
    const garbage = openSimulator();
    garbage.send([] as never);
    expect(garbage.end).toMatchObject({ code: 1007 });
  });
});

describe('listening', () => {
  test('[GEM46, GEM47] a spoken turn on the newest model', () => {
    const simulator = openSimulator();
    expect(outlines(simulator.take())).toEqual(['setupComplete', 'sessionResumptionUpdate']);
    simulator.speak();
    simulator.pause(600);
    simulator.advance(5000);
    const messages = simulator.take();
    expect(outlines(messages)).toEqual([
      'voiceActivity',
      'sessionResumptionUpdate',
      'inputTranscription',
      'modelTurn+outputTranscription',
      'modelTurn',
      'modelTurn+outputTranscription',
      'modelTurn',
      'modelTurn+outputTranscription',
      'modelTurn',
      'modelTurn+outputTranscription',
      'modelTurn',
      'modelTurn+outputTranscription',
      'modelTurn',
      'generationComplete',
      'turnComplete+usageMetadata',
    ]);
    expect(messages.flatMap(({ voiceActivity }) => voiceActivity ?? [])).toEqual([
      { type: 'ACTIVITY_START', audioOffset: '0.000s' },
      { type: 'ACTIVITY_END', audioOffset: '1.200s' },
    ]);
    expect(wordsOf(messages)).toBe('simulated: 1.2 s of speech');
    expect(messages.at(-1)?.usageMetadata).toMatchObject({
      promptTokensDetails: [{ modality: 'TEXT' }, { modality: 'AUDIO', tokenCount: 30 }],
      responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 39 }],
    });
  });

  test('[GEM46, GEM47] and on an older one', () => {
    const simulator = openSimulator({ model: MODELS['2.5-native-audio'] });
    expect(outlines(simulator.take())).toEqual(['setupComplete']);
    simulator.speak();
    simulator.pause(600);
    simulator.advance(5000);
    const seen = outlines(simulator.take());
    expect(seen.slice(0, 4)).toEqual([
      'sessionResumptionUpdate',
      'inputTranscription',
      'outputTranscription',
      'modelTurn',
    ]);
    expect(seen.slice(-3)).toEqual(['generationComplete', 'turnComplete+usageMetadata', 'sessionResumptionUpdate']);
  });

  test('[GEM46] a stream that stops ends no turn, and its end is heard by some', () => {
    const newest = openSimulator();
    newest.speak();
    newest.advance(10_000);
    newest.send({ realtimeInput: { audioStreamEnd: true } });
    newest.advance(5000);
    expect(wordsOf(newest.take())).toBe('');
    const older = openSimulator({ model: MODELS['3.1'] });
    older.speak();
    older.send({ realtimeInput: { audioStreamEnd: true } });
    older.advance(5000);
    expect(wordsOf(older.take())).toBe('simulated: 1.2 s of speech');
  });

  test('[GEM46] a label without a rate, or for something else, is refused', () => {
    for (const mimeType of ['audio/pcm', 'audio/l16;rate=16000']) {
      const simulator = openSimulator();
      simulator.hear(SPEECH.subarray(0, 640), mimeType);
      expect(simulator.end).toMatchObject({ code: 1007 });
    }
  });

  test('[GEM46] activity by hand is refused where turns are detected', () => {
    const simulator = openSimulator();
    simulator.send({ realtimeInput: { activityStart: {} } });
    expect(simulator.end).toEqual(
      close(1007, 'Explicit activity control is not supported when automatic activity detection is enabled.'),
    );
  });

  const manual = { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } };

  test('[GEM46] turns ended by hand hear what is inside their window', () => {
    const simulator = openSimulator({ setup: manual });
    simulator.speak();
    simulator.send({ realtimeInput: { activityStart: {} } });
    simulator.hear(SPEECH.subarray(0, 16_000));
    simulator.send({ realtimeInput: { activityEnd: {} } });
    simulator.speak();
    simulator.advance(5000);
    expect(wordsOf(simulator.take())).toBe('simulated: 0.5 s of speech');
  });

  test('[GEM47] activity interrupts, and so do typed words, on models that do not wait', () => {
    const start = (model: string) => {
      const simulator = openSimulator({ model });
      simulator.send({ realtimeInput: { text: 'Tell me about tea.' } });
      simulator.advance(400);
      simulator.take();
      return simulator;
    };
    const spoken = start(MODELS['3.8']);
    spoken.hear(SPEECH.subarray(0, 6400));
    spoken.advance(100);
    expect(outlines(spoken.take()).slice(-3)).toEqual(['voiceActivity', 'interrupted', 'turnComplete+usageMetadata']);
    const typed = start(MODELS['3.8']);
    typed.send({ realtimeInput: { text: 'Stop.' } });
    typed.advance(5000);
    const seen = typed.take();
    expect(outlines(seen).slice(0, 2)).toEqual(['interrupted', 'turnComplete+usageMetadata']);
    expect(wordsOf(seen)).toBe('simulated: you wrote "Stop."');
    const patient = start(MODELS['2.5-native-audio']);
    patient.send({ realtimeInput: { text: 'Stop.' } });
    patient.advance(10_000);
    const all = patient.take();
    expect(outlines(all)).not.toContain('interrupted');
    expect(wordsOf(all)).toMatch(/simulated: you wrote "Stop\."$/);
  });

  test('[GEM47] content interrupts, and is answered when it is a turn', () => {
    const simulator = openSimulator();
    simulator.send({ realtimeInput: { text: 'Tell me about tea.' } });
    simulator.advance(400);
    simulator.take();
    simulator.send({ clientContent: { turnComplete: false } });
    simulator.advance(5000);
    expect(outlines(simulator.take())).toEqual(['interrupted', 'turnComplete+usageMetadata']);
    simulator.send({ clientContent: { turns: [{ role: 'user', parts: [{ text: 'Go on.' }] }], turnComplete: true } });
    simulator.advance(5000);
    expect(wordsOf(simulator.take())).toBe('simulated: you wrote "Go on."');
    simulator.send({ clientContent: { turns: [{ role: 'system', parts: [] }] } });
    expect(simulator.end).toMatchObject({ code: 1007 });
  });

  test('[GEM47] speech does not interrupt where the setup says so', () => {
    const simulator = openSimulator({ setup: { realtimeInputConfig: { activityHandling: 'NO_INTERRUPTION' } } });
    simulator.send({ realtimeInput: { text: 'Tell me about tea.' } });
    simulator.advance(400);
    simulator.speak();
    expect(outlines(simulator.take())).not.toContain('interrupted');
  });

  test('[GEM47] the turn ends with its playback, and every turn pays for all before it', () => {
    const simulator = openSimulator({ audioSpeed: 10 });
    const prompts: number[] = [];
    for (const text of ['One', 'Two']) {
      simulator.send({ realtimeInput: { text } });
      simulator.advance(1000);
      expect(outlines(simulator.take()).at(-1)).toBe('generationComplete');
      simulator.advance(2000);
      prompts.push(simulator.take().at(-1)?.usageMetadata?.promptTokenCount ?? 0);
    }
    expect(prompts[1]).toBeGreaterThan(prompts[0] ?? 0);
    const quick = openSimulator({ audioSpeed: 10, playbackSpeed: 100 });
    quick.send({ realtimeInput: { text: 'One' } });
    quick.advance(1000);
    expect(outlines(quick.take()).at(-1)).toBe('turnComplete+usageMetadata');
  });
});

describe('tools', () => {
  const ask = (options: Parameters<typeof openSimulator>[0]) => {
    const simulator = openSimulator(options);
    simulator.send({ realtimeInput: { text: 'Use get_tea.' } });
    simulator.advance(500);
    const id = simulator.take().flatMap(({ toolCall }) => toolCall?.functionCalls ?? [])[0]?.id;
    return { ...simulator, simulator, id: id ?? '', end: () => simulator.end };
  };
  const answer = (id: string, fields: object = {}) => ({
    toolResponse: { functionResponses: [{ id, name: 'get_tea', response: { output: { stock: 4 } }, ...fields }] },
  });

  test('[GEM48] a blocking call holds the model up', () => {
    const { id, send, advance, take } = ask({ setup: toolsOf('BLOCKING') });
    expect(id).toBe('fc_1001');
    advance(60_000);
    expect(take()).toEqual([]);
    send(answer(id));
    advance(5000);
    expect(wordsOf(take())).toBe('simulated: get_tea answered {"stock":4}');
  });

  test('[GEM48] one that is not lets the turn end', () => {
    const simulator = openSimulator({ setup: toolsOf() });
    simulator.send({ realtimeInput: { text: 'Use get_tea.' } });
    simulator.advance(500);
    const messages = simulator.take();
    expect(outlines(messages).slice(-3)).toEqual(['toolCall', 'sessionResumptionUpdate', 'turnComplete+usageMetadata']);
  });

  test('[GEM48] input meanwhile takes calls back', () => {
    const newest = ask({ setup: toolsOf('BLOCKING') });
    newest.hear(SPEECH.subarray(0, 6400));
    expect(newest.take()).toContainEqual({ toolCallCancellation: { ids: [newest.id] } });
    newest.send(answer(newest.id));
    expect(newest.end()).toEqual(close(1008, 'Requested entity was not found.'));
  });

  const NOT_IMPLEMENTED = close(1008, 'Operation is not implemented, or supported, or enabled.');

  test('[GEM48] on 2.5 speech or words meanwhile close the connection, and silence does not', () => {
    const spoken = ask({ model: MODELS['2.5-native-audio'], setup: toolsOf() });
    expect(spoken.id).toBe('function-call-1001');
    spoken.pause(3000);
    spoken.hear(SPEECH.subarray(0, 640));
    expect(spoken.end()).toBeUndefined();
    spoken.hear(SPEECH.subarray(0, 6400));
    expect(spoken.end()).toEqual(NOT_IMPLEMENTED);
    const typed = ask({ model: MODELS['2.5-native-audio'], setup: toolsOf() });
    typed.send({ realtimeInput: { text: 'And coffee?' } });
    expect(typed.end()).toEqual(NOT_IMPLEMENTED);
  });

  test('[GEM48] on 3.1 speech meanwhile is a turn that waits, and takes the call back after 12 s', () => {
    const { id, speak, pause, advance, take, send, end } = ask({ model: MODELS['3.1'], setup: toolsOf() });
    speak();
    pause(600);
    advance(9500);
    expect(outlines(take())).not.toContain('modelTurn');
    advance(1000);
    expect(take()).toContainEqual({ toolCallCancellation: { ids: [id] } });
    advance(5000);
    expect(wordsOf(take())).toBe('simulated: 1.2 s of speech');
    send(answer(id));
    expect(end()).toEqual(close(1008, 'Requested entity was not found.'));
  });

  test('[GEM48] on 3.1 a result that comes in time is answered first, then what was said', () => {
    const { id, speak, pause, advance, take, send } = ask({ model: MODELS['3.1'], setup: toolsOf() });
    speak();
    pause(600);
    take();
    send(answer(id));
    advance(30_000);
    const messages = take();
    expect(wordsOf(messages)).toBe('simulated: get_tea answered {"stock":4}simulated: 1.2 s of speech');
    expect(outlines(messages)).not.toContain('toolCallCancellation');
  });

  test('[GEM48] with the fault input-during-call any audio closes the connection at once', () => {
    const { pause, end } = ask({ faults: ['input-during-call'], setup: toolsOf('BLOCKING') });
    pause(20);
    expect(end()).toEqual(NOT_IMPLEMENTED);
  });

  test('[GEM48] results of calls that were taken back are forgotten', () => {
    const seen: string[][] = [];
    const simulator = openSimulator({
      setup: toolsOf('BLOCKING'),
      reply: ({ userText, toolResults }) => {
        seen.push(toolResults.map(({ callId }) => callId));
        const call = { name: 'get_tea', arguments: {} };
        return userText === undefined ? { text: 'Hm.' } : { tools: userText === 'Both' ? [call, call] : [call] };
      },
    });
    simulator.send({ realtimeInput: { text: 'Both' } });
    simulator.advance(500);
    simulator.send(answer('fc_1001'));
    simulator.send({ realtimeInput: { text: 'One' } });
    simulator.advance(500);
    simulator.send(answer('fc_2003'));
    expect(seen).toEqual([[], [], ['fc_2003']]);
  });

  test.each([['"ready"'], ['[1]'], ['null']])('[GEM48] the result %s is refused', (response) => {
    const { id, send, end } = ask({ setup: toolsOf('BLOCKING') });
    send(answer(id, { response: JSON.parse(response) as unknown }));
    expect(end()).toMatchObject({ code: 1007 });
  });

  test('[GEM48] scheduling is refused where it is not known', () => {
    const model = MODELS['3.8-extended-thinking'];
    const setup = { ...toolsOf(), generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } };
    const simulator = openSimulator({ model, setup });
    simulator.send({ realtimeInput: { text: 'Use get_tea.' } });
    simulator.advance(5000);
    const messages = simulator.take();
    expect(messages).toContainEqual(
      expect.objectContaining({ serverContent: { turnComplete: true, interactionStatus: 'IN_PROGRESS' } }),
    );
    const id = messages.flatMap(({ toolCall }) => toolCall?.functionCalls ?? [])[0]?.id ?? '';
    simulator.send(answer(id, { scheduling: 'INTERRUPT' }));
    expect(simulator.end).toEqual(close(1007, 'Function response scheduling is not supported for this model.'));
  });

  test('[GEM48] a result without an id is matched by its name', () => {
    const { send, advance, take } = ask({ setup: toolsOf('BLOCKING'), faults: ['call-without-id'] });
    send(answer('', { id: undefined }));
    advance(5000);
    expect(wordsOf(take())).toBe('simulated: get_tea answered {"stock":4}');
  });
});

describe('lifetime', () => {
  const handleOf = (simulator: ReturnType<typeof openSimulator>) =>
    simulator.take().findLast(({ sessionResumptionUpdate }) => sessionResumptionUpdate?.newHandle !== undefined)
      ?.sessionResumptionUpdate?.newHandle ?? '';

  test('[GEM49] a handle resumes the conversation', () => {
    const first = openSimulator({ model: MODELS['2.5-native-audio'] });
    first.send({ realtimeInput: { text: 'One' } });
    first.advance(5000);
    const before = first.take();
    const handle = before.findLast(({ sessionResumptionUpdate }) => sessionResumptionUpdate !== undefined)
      ?.sessionResumptionUpdate?.newHandle;
    first.leave();
    const { simulator } = first;
    const setup = { sessionResumption: { handle } };
    const second = openSimulator({ model: MODELS['2.5-native-audio'], simulator, nowMs: first.nowMs, setup });
    second.send({ realtimeInput: { text: 'Two' } });
    second.advance(5000);
    const prompt = (messages: typeof before) =>
      messages.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata?.promptTokenCount ?? 0;
    expect(prompt(second.take())).toBeGreaterThan(prompt(before));
  });

  test('[GEM49] but not while its connection is open, for another model, too late, or out of nothing', () => {
    const first = openSimulator({ handleLifetimeMs: 1000 });
    const handle = handleOf(first);
    const { simulator } = first;
    const resume = (options: object = {}) =>
      openSimulator({ simulator, setup: { sessionResumption: { handle } }, ...options }).end;
    expect(resume()).toEqual(close(1011, 'Internal error encountered.'));
    first.leave();
    expect(resume({ model: MODELS['3.1'] })).toMatchObject({ code: 1007 });
    expect(resume({ nowMs: first.nowMs + 1001 })).toEqual(close(1008, 'Requested entity was not found.'));
    expect(resume({ setup: { sessionResumption: { handle: 'made-up' } } })).toMatchObject({ code: 1008 });
    expect(resume()).toBeUndefined();
  });

  test('[GEM49] a call of the connection before is answered by an empty turn', () => {
    const first = openSimulator({ setup: toolsOf('BLOCKING') });
    first.send({ realtimeInput: { text: 'Use get_tea.' } });
    first.advance(500);
    const handle = handleOf(first);
    first.leave();
    const { simulator, nowMs } = first;
    const second = openSimulator({
      simulator,
      nowMs,
      setup: { ...toolsOf('BLOCKING'), sessionResumption: { handle } },
    });
    second.take();
    second.send({
      toolResponse: { functionResponses: [{ id: 'fc_1001', name: 'get_tea', response: { error: 'gone' } }] },
    });
    second.advance(5000);
    expect(second.take()).toEqual([{ serverContent: { turnComplete: true } }]);
  });

  test('[GEM49] the end of a connection is announced, and comes', () => {
    const simulator = openSimulator({ connectionMaxAgeMs: 10_000, goAwayNoticeMs: 4000 });
    simulator.take();
    simulator.advance(9900);
    expect(simulator.take()).toEqual([{ goAway: { timeLeft: '4s' } }]);
    simulator.advance(4000);
    expect(simulator.end).toMatchObject({ code: 1008 });
  });

  test('[GEM50] a history may be announced to every model of the developer API, and 2.5 awaits none', () => {
    const setup = { historyConfig: { initialHistoryInClientContent: true } };
    const model = MODELS['2.5-native-audio'];
    const simulator = openSimulator({ model, setup });
    simulator.send({ clientContent: { turns: [{ role: 'user', parts: [{ text: 'Hi.' }] }], turnComplete: true } });
    simulator.advance(20_000);
    expect(wordsOf(simulator.take())).toBe('simulated: you wrote "Hi."');
    const path = '/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent';
    expect(openSimulator({ model, path, setup }).end).toMatchObject({ code: 1007 });
  });

  test('[GEM50] a history that was announced is awaited', () => {
    const simulator = openSimulator({ setup: { historyConfig: { initialHistoryInClientContent: true } } });
    simulator.send({ realtimeInput: { text: 'Hello?' } });
    simulator.advance(20_000);
    simulator.send({ clientContent: { turns: [{ role: 'model', parts: [{ text: 'Hi.' }] }], turnComplete: true } });
    simulator.advance(20_000);
    expect(wordsOf(simulator.take())).toBe('');
    simulator.send({ realtimeInput: { text: 'Hello?' } });
    simulator.advance(20_000);
    expect(wordsOf(simulator.take())).toBe('simulated: you wrote "Hello?"');
  });
});

test('[GEM52] the same messages at the same times are answered with the same messages', () => {
  const run = () => {
    const simulator = openSimulator({ setup: toolsOf('BLOCKING') });
    simulator.speak();
    simulator.pause(600);
    simulator.advance(3000);
    return simulator.frames;
  };
  expect(run()).toEqual(run());
});

describe('content', () => {
  const content = (turnComplete: boolean, ...texts: readonly [role: 'user' | 'model', text: string][]) => ({
    clientContent: { turns: texts.map(([role, text]) => ({ role, parts: [{ text }] })), turnComplete },
  });
  const answers = (messages: readonly Parameters<ReturnType<typeof openSimulator>['send']>[0][]) => {
    const simulator = openSimulator();
    for (const message of messages) simulator.send(message);
    simulator.advance(20_000);
    return wordsOf(simulator.take());
  };

  test.each([
    ['in two messages', [content(false, ['user', 'Tea?']), content(true)]],
    ['in three', [content(false, ['user', 'Hello.']), content(false, ['user', 'Tea?']), content(true)]],
    ['before a placeholder', [content(false, ['user', 'Tea?']), content(true, ['user', '.'])]],
    ['by the model', [content(true, ['model', 'Tea?'], ['user', '.'])]],
    ['before words of the model', [content(true, ['user', 'Tea?'], ['model', 'One moment.'])]],
  ])('[GEM71] words told %s are answered, the last of the user', (_how, messages) => {
    expect(answers(messages)).toBe('simulated: you wrote "Tea?"');
  });

  test('[GEM71] empty content leaves a model alone that is about to answer', () => {
    const simulator = openSimulator({
      setup: { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } },
    });
    simulator.send({ realtimeInput: { activityStart: {} } });
    simulator.speak();
    simulator.send({ realtimeInput: { activityEnd: {} } });
    simulator.send(content(true));
    simulator.advance(5000);
    expect(wordsOf(simulator.take())).toBe('simulated: 1.2 s of speech');
  });

  test('[GEM71] a blank nudge after complete content is no question of its own', () => {
    expect(answers([content(true, ['user', 'Tea?']), { realtimeInput: { text: ' ' } }])).toBe(
      'simulated: you wrote "Tea?"',
    );
  });

  test('[GEM71] words are answered once', () => {
    expect(answers([content(true, ['user', 'Tea?']), content(true, ['user', '.'])])).toBe('simulated: you wrote "."');
  });

  test('[GEM71] a blank nudge has the last words of an announced history answered, if the user said them', () => {
    const after = (...turns: readonly [role: 'user' | 'model', text: string][]) => {
      const simulator = openSimulator({ setup: { historyConfig: { initialHistoryInClientContent: true } } });
      simulator.send(content(true, ...turns));
      simulator.send({ realtimeInput: { text: ' ' } });
      simulator.advance(20_000);
      return wordsOf(simulator.take());
    };
    expect(after(['model', 'Hello.'], ['user', 'Tea?'])).toBe('simulated: you wrote "Tea?"');
    expect(after(['user', 'Tea?'], ['model', 'Hello.'])).toBe('simulated: you wrote " "');
  });

  test('[GEM72] an update replaces instructions and tools, and takes them away where its list is empty', () => {
    const seen: unknown[] = [];
    const simulator = openSimulator({
      setup: { ...toolsOf(), systemInstruction: { parts: [{ text: 'Serve.' }] } },
      reply: ({ sessionInstructions, tools }) => {
        seen.push([sessionInstructions, ...tools.map(({ name }) => name)]);
        return { text: 'Yes.' };
      },
    });
    const say = () => {
      simulator.send({ realtimeInput: { text: 'Well?' } });
      simulator.advance(5000);
    };
    say();
    simulator.send({ contextUpdate: { systemInstruction: { parts: [{ text: 'Close.' }] } } });
    say();
    simulator.send({ contextUpdate: { tools: { tools: [{ functionDeclarations: [{ name: 'lock' }] }] } } });
    say();
    simulator.send({ contextUpdate: { tools: { tools: [] } } });
    say();
    expect(seen).toEqual([['Serve.', 'get_tea'], ['Close.', 'get_tea'], ['Close.', 'lock'], ['Close.']]);
    simulator.send({ contextUpdate: { tools: { tools: [{ functionDeclarations: [{ name: '1st' }] }] } } });
    expect(simulator.end).toEqual(close(1007, 'Request contains an invalid argument.'));
  });
});
