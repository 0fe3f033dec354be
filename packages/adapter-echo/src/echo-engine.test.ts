import { readFileSync } from 'node:fs';
import type { AudioDeltaEvent, SessionConfig, SessionEvent } from '@speko/adapter';
import { driveAdapter, makeSpeechSample, type AdapterDriver } from '@speko/adapter-testkit';
import { decodeWav, silence } from '@speko/audio';
import { describe, expect, test } from 'vitest';
import { createEcho } from './echo-adapter.ts';

const weather = {
  name: 'get_weather',
  description: 'Weather now.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock = { name: 'clock', description: 'Time now.', parameters: {} };

function start(config: Partial<SessionConfig> = {}, options: object = {}): AdapterDriver {
  return driveAdapter({ adapter: createEcho(), config, options });
}

/** 1.2 s of speech between silences: a turn, and the answer to it. */
function speakTurn(driver: AdapterDriver): void {
  driver.pause(300);
  driver.speak(makeSpeechSample(driver.audio.inputSampleRateHz));
  driver.pause(600);
}

function typesOf(driver: AdapterDriver): string[] {
  return driver.events.map((event) => event.type);
}

/** The events without their audio, and words joined: what a reader wants to see. */
function storyOf(driver: AdapterDriver): string[] {
  return driver.events.filter((event) => event.type !== 'audio-delta').map(tell);
}

function tell(event: SessionEvent): string {
  switch (event.type) {
    case 'speech-start':
      return `${event.turnId} starts at ${event.audioStartMs}`;
    case 'speech-end':
      return `${event.turnId} stops at ${event.audioEndMs}`;
    case 'transcript-delta':
      return `${event.role} +${event.delta}`;
    case 'transcript-end':
      return `${event.role} said ${event.text}`;
    case 'response-start':
      return `${event.responseId} starts`;
    case 'response-end':
      return `${event.responseId} ${event.status}${event.reason === undefined ? '' : ` (${event.reason})`}`;
    case 'tool-call':
      return `${event.responseId}: ${event.callId} ${event.name}(${event.arguments})`;
    default:
      return event.type;
  }
}

function audioOf(driver: AdapterDriver, responseId: string): AudioDeltaEvent[] {
  return driver.events
    .filter((event) => event.type === 'audio-delta')
    .filter((event) => event.responseId === responseId);
}

function bytesOf(events: readonly AudioDeltaEvent[]): number[] {
  return events.flatMap((event) => [...event.pcm]);
}

function saidBy(driver: AdapterDriver, responseId: string): string {
  return driver.events
    .map((event) => (event.type === 'transcript-delta' && event.turnId === responseId ? event.delta : ''))
    .join('');
}

describe('a spoken turn', () => {
  test('[ECH4, ECH6, ECH7] the bundled recording is two turns; the second cuts the answer to the first', () => {
    const { pcm } = decodeWav(readFileSync(new URL('../../../assets/speech.wav', import.meta.url)));
    const driver = start();
    driver.speak(pcm);
    driver.advance(5000);
    expect(storyOf(driver)).toEqual([
      'session-ready',
      'turn_1 starts at 400',
      'turn_1 stops at 2320',
      'input-commit',
      'user +(1.9 s of speech)',
      'user said (1.9 s of speech)',
      'response_1 starts',
      'assistant +echo:',
      'assistant + 1.9',
      'assistant + s',
      'assistant + of',
      'turn_2 starts at 3210',
      'response_1 cancelled (turn_detected)',
      'turn_2 stops at 4650',
      'input-commit',
      'user +(1.4 s of speech)',
      'user said (1.4 s of speech)',
      'response_2 starts',
      'assistant +echo:',
      'assistant + 1.4',
      'assistant + s',
      'assistant + of',
      'assistant + speech',
      'response_2 completed',
    ]);
  });

  test('[ECH6] is said back sample by sample, with 150 ms before and after', () => {
    const driver = start({ inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 });
    const speech = makeSpeechSample(16_000);
    speakTurn(driver);
    driver.until('response-end');
    const margin = silence(150, 16_000);
    expect(bytesOf(audioOf(driver, 'response_1'))).toEqual([...margin, ...speech, ...margin]);
  });

  test('[ECH6] the first 100 ms come at once, the rest at four times real time', () => {
    const driver = start();
    speakTurn(driver);
    const { atMs } = driver.timeline.find(({ event }) => event.type === 'response-start') ?? { atMs: 0 };
    driver.until('response-end');
    const times = driver.timeline.filter(({ event }) => event.type === 'audio-delta').map((each) => each.atMs - atMs);
    expect(times).toEqual([0, 25, 50, 75, 100, 125, 150, 175, 200, 225, 250, 275, 300, 325, 350]);
    expect(audioOf(driver, 'response_1').map((event) => event.pcm.byteLength)).toEqual(Array(15).fill(4800));
  });

  test('[ECH6] speed sets the pace, and a late wake makes up for lost time', () => {
    const driver = start({}, { speed: 2 });
    driver.command({ type: 'text-append', text: 'hi' });
    driver.until('response-end');
    expect(driver.nowMs).toBe(200);
  });

  test('[ECH2] other output rates are resampled, and the declared audio is the client’s', () => {
    const driver = start({ inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 });
    expect(driver.audio).toEqual({ inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 });
    speakTurn(driver);
    driver.until('response-end');
    expect(bytesOf(audioOf(driver, 'response_1'))).toHaveLength(1500 * 48);
  });

  test('[ECH3] one piece of any length holds any number of turns', () => {
    const { pcm } = decodeWav(readFileSync(new URL('../../../assets/speech.wav', import.meta.url)));
    const driver = start();
    driver.append(pcm);
    driver.advance(5000);
    expect(storyOf(driver).filter((line) => line.startsWith('turn_'))).toEqual([
      'turn_1 starts at 400',
      'turn_1 stops at 2320',
      'turn_2 starts at 3210',
      'turn_2 stops at 4650',
    ]);
    driver.append(pcm);
    expect(storyOf(driver).filter((line) => line.startsWith('turn_'))).toHaveLength(8);
  });

  test('[ECH18] usage is estimated: 1 token per 100 ms heard, 50 ms said, 4 characters', () => {
    const driver = start();
    speakTurn(driver);
    expect(driver.until('response-end').usage).toEqual({
      inputAudioTokens: 15,
      outputAudioTokens: 30,
      inputTextTokens: 0,
      outputTextTokens: 6,
      cachedTokens: 0,
    });
  });

  test('[ECH19] of a turn longer than 60 s the last 60 s are said back', () => {
    const driver = start(
      { turnDetection: 'manual', inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 },
      { speed: 50 },
    );
    for (let second = 1; second <= 61; second++) driver.append(new Uint8Array(32_000).fill(second));
    driver.command({ type: 'audio-commit' });
    driver.until('response-end');
    const audio = audioOf(driver, 'response_1');
    expect(audio).toHaveLength(600);
    expect([audio[0]?.pcm[0], audio[599]?.pcm[0]]).toEqual([2, 61]);
  });
});

describe('interruption', () => {
  test('[ECH13] speech ends the answer under way, and nothing of it comes afterwards', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'x'.repeat(100) });
    driver.advance(200);
    const before = audioOf(driver, 'response_1').length;
    driver.speak(makeSpeechSample(24_000).subarray(0, 9600));
    driver.advance(5000);
    expect(before).toBe(9);
    expect(storyOf(driver).slice(-2)).toEqual(['turn_1 starts at 0', 'response_1 cancelled (turn_detected)']);
    expect(audioOf(driver, 'response_1')).toHaveLength(10);
  });

  test('[ECH14] response-cancel ends the answer at once', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'x'.repeat(100) });
    driver.advance(100);
    driver.command({ type: 'response-cancel', responseId: 'response_1' });
    driver.advance(5000);
    expect(storyOf(driver).at(-1)).toBe('response_1 cancelled (client_cancelled)');
    expect(audioOf(driver, 'response_1')).toHaveLength(5);
  });

  test('[ECH14] a cancel that comes too late, or names another response, does nothing', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'hi' });
    driver.command({ type: 'response-cancel', responseId: 'response_9' });
    driver.until('response-end');
    driver.command({ type: 'response-cancel', responseId: 'response_1' });
    expect(storyOf(driver).filter((line) => line.startsWith('response_1 '))).toEqual([
      'response_1 starts',
      'response_1 completed',
    ]);
  });

  test('[ECH15] the echo remembers what was heard of its last answer', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'x'.repeat(100) });
    const { itemId } = driver.until('audio-delta');
    driver.advance(500);
    driver.command({ type: 'response-cancel', responseId: 'response_1' });
    const items = [{ itemId, heardMs: 1200, totalMs: 2100 }];
    driver.command({ type: 'response-truncate', responseId: 'response_1', items });
    driver.command({ type: 'text-append', text: 'What did you say?' });
    driver.until('response-end');
    driver.until('response-end');
    expect(saidBy(driver, 'response_2')).toBe('echo: you heard 1.2 s of the 2.1 s I had said');
  });
});

describe('typing', () => {
  test('[ECH8] a typed message is answered in words, over a chime of proportional length', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'good morning' });
    const end = driver.until('response-end');
    expect(saidBy(driver, 'response_1')).toBe('echo: good morning');
    expect(bytesOf(audioOf(driver, 'response_1'))).toHaveLength(18 * 60 * 48);
    expect(end.usage).toEqual({
      inputAudioTokens: 0,
      outputAudioTokens: 22,
      inputTextTokens: 3,
      outputTextTokens: 5,
      cachedTokens: 0,
    });
  });

  test('[ECH8] answers are said one after the other, and none begins while the user speaks', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'one' });
    driver.command({ type: 'text-append', text: 'two' });
    driver.until('response-start', { where: (event) => event.responseId === 'response_2' });
    driver.speak(makeSpeechSample(24_000).subarray(0, 9600));
    driver.command({ type: 'text-append', text: 'three' });
    driver.advance(3000);
    expect(storyOf(driver).at(-1)).toBe('response_2 cancelled (turn_detected)');
    driver.pause(600);
    driver.advance(3000);
    expect([saidBy(driver, 'response_3'), saidBy(driver, 'response_4')]).toEqual([
      'echo: three',
      'echo: 0.2 s of speech',
    ]);
  });

  test('[ECH19] at most 16 answers wait; one more is refused', () => {
    const driver = start();
    for (let count = 0; count < 18; count++) driver.command({ type: 'text-append', text: 'again' });
    expect(driver.events.at(-1)).toEqual({
      type: 'provider-error',
      code: 'RATE_LIMITED',
      message: 'Too many answers are waiting to be said, so one was left out. Wait for answers before asking for more.',
      fatal: false,
      retryable: true,
    });
    driver.advance(20_000);
    expect(typesOf(driver).filter((type) => type === 'response-end')).toHaveLength(17);
  });

  test('[ECH9] the first message is said without being asked', () => {
    const driver = start({ firstMessage: 'Hello, how can I help?' });
    expect(typesOf(driver).slice(0, 2)).toEqual(['session-ready', 'response-start']);
    driver.until('response-end');
    expect(saidBy(driver, 'response_1')).toBe('Hello, how can I help?');
  });

  test('[ECH9] a session that continues another does not greet again', () => {
    const driver = start({ firstMessage: 'Hello.', continuation: { history: [] } });
    driver.advance(1000);
    expect(typesOf(driver)).toEqual(['session-ready']);
  });
});

describe('tools', () => {
  test('[ECH10, ECH12] typing a tool’s name calls it, and its result is said', () => {
    const driver = start({ tools: [weather, clock] });
    driver.command({ type: 'text-append', text: 'call get_weather' });
    driver.advance(1000);
    driver.command({ type: 'tool-result', callId: 'call_1', output: '{"sky":"blue"}' });
    driver.until('response-end');
    driver.until('response-end');
    expect(storyOf(driver).slice(1, 4)).toEqual([
      'response_1 starts',
      'response_1: call_1 get_weather({"city":"example"})',
      'response_1 completed',
    ]);
    expect(saidBy(driver, 'response_2')).toBe('echo: get_weather answered {"sky":"blue"}');
  });

  test('[ECH12] two calls are answered together, once both results are in', () => {
    const driver = start({ tools: [weather, clock] });
    driver.command({ type: 'text-append', text: 'call both' });
    driver.command({ type: 'tool-result', callId: 'call_2', output: 'noon' });
    driver.command({ type: 'tool-result', callId: 'call_2', output: 'midnight' });
    driver.advance(3000);
    expect(storyOf(driver)).toHaveLength(5);
    driver.command({ type: 'tool-result', callId: 'call_1', output: 'rain' });
    driver.advance(5000);
    expect(saidBy(driver, 'response_2')).toBe('echo: get_weather answered rain; clock answered noon');
  });

  test('[ECH12] a result that comes while the user speaks is told with the answer to what they say', () => {
    const driver = start({ tools: [weather] });
    driver.command({ type: 'text-append', text: 'call get_weather' });
    driver.pause(300);
    driver.speak(makeSpeechSample(driver.audio.inputSampleRateHz));
    driver.command({ type: 'tool-result', callId: 'call_1', output: 'rain' });
    driver.pause(600);
    driver.advance(5000);
    expect(saidBy(driver, 'response_2')).toBe('echo: get_weather answered rain; 1.2 s of speech');
    expect(bytesOf(audioOf(driver, 'response_2'))).toHaveLength(1500 * 48);
    expect(typesOf(driver).filter((type) => type === 'response-start')).toHaveLength(2);
  });

  test('[ECH12] [ECH17] where that speech is cleared, the result is told alone', () => {
    const driver = start({ tools: [weather] });
    driver.command({ type: 'text-append', text: 'call get_weather' });
    driver.pause(300);
    driver.speak(makeSpeechSample(driver.audio.inputSampleRateHz));
    driver.command({ type: 'tool-result', callId: 'call_1', output: 'rain' });
    driver.command({ type: 'audio-clear' });
    driver.advance(5000);
    expect(saidBy(driver, 'response_2')).toBe('echo: get_weather answered rain');
  });

  test('[ECH11] the model echo-tools calls the first tool on every spoken turn, then says the turn back', () => {
    const driver = start({ model: 'echo-tools', tools: [weather] });
    speakTurn(driver);
    expect(storyOf(driver).slice(6)).toEqual([
      'response_1 starts',
      'response_1: call_1 get_weather({"city":"example"})',
      'response_1 completed',
    ]);
    driver.command({ type: 'tool-result', callId: 'call_1', output: 'rain' });
    driver.advance(5000);
    expect(saidBy(driver, 'response_2')).toBe('echo: get_weather answered rain');
    expect(bytesOf(audioOf(driver, 'response_2'))).toHaveLength(1500 * 48);
  });

  test('[ECH11] the model echo calls no tool on a spoken turn', () => {
    const driver = start({ model: 'echo', tools: [weather] });
    speakTurn(driver);
    driver.advance(5000);
    expect(typesOf(driver)).not.toContain('tool-call');
  });

  test('[ECH19] with four calls unanswered no other is made', () => {
    const driver = start({ tools: [weather] });
    for (let count = 0; count < 5; count++) driver.command({ type: 'text-append', text: 'call get_weather' });
    expect(typesOf(driver).filter((type) => type === 'tool-call')).toHaveLength(4);
    expect(driver.events.at(-1)).toMatchObject({ type: 'provider-error', code: 'RATE_LIMITED', fatal: false });
  });

  test('[ECH12] long results are cut where they are quoted', () => {
    const driver = start({ tools: [weather] });
    driver.command({ type: 'text-append', text: 'call get_weather' });
    driver.command({ type: 'tool-result', callId: 'call_1', output: 'x'.repeat(1000) });
    driver.advance(10_000);
    expect(saidBy(driver, 'response_2')).toBe(`echo: get_weather answered ${'x'.repeat(200)}…`);
  });
});

describe('the client ends turns', () => {
  test('[ECH16] in manual mode only a commit ends a turn, and all of the audio is said back', () => {
    const driver = start({ turnDetection: 'manual' });
    speakTurn(driver);
    driver.pause(3000);
    expect(storyOf(driver)).toEqual(['session-ready']);
    driver.command({ type: 'audio-commit' });
    driver.until('response-end');
    expect(storyOf(driver).slice(1, 4)).toEqual([
      'input-commit',
      'user +(5.1 s of speech)',
      'user said (5.1 s of speech)',
    ]);
    expect(bytesOf(audioOf(driver, 'response_1'))).toHaveLength(5100 * 48);
  });

  test.each(['auto', 'manual'] as const)('[ECH16] a commit of nothing does nothing (%s)', (turnDetection) => {
    const driver = start({ turnDetection });
    driver.command({ type: 'audio-commit' });
    driver.advance(1000);
    expect(storyOf(driver)).toEqual(['session-ready']);
  });

  test('[ECH16] with turn detection a commit ends the turn under way', () => {
    const driver = start();
    driver.speak(makeSpeechSample(24_000));
    driver.command({ type: 'audio-commit' });
    driver.until('response-end');
    expect(storyOf(driver).slice(1, 5)).toEqual([
      'turn_1 starts at 0',
      'turn_1 stops at 1200',
      'input-commit',
      'user +(1.2 s of speech)',
    ]);
    driver.pause(1000);
    expect(storyOf(driver).filter((line) => line.startsWith('turn_'))).toHaveLength(2);
  });

  test('[ECH17] clear drops what was not committed', () => {
    const manual = start({ turnDetection: 'manual' });
    manual.speak(makeSpeechSample(24_000));
    manual.command({ type: 'audio-clear' });
    manual.command({ type: 'audio-commit' });
    expect(storyOf(manual)).toEqual(['session-ready']);

    const auto = start();
    auto.speak(makeSpeechSample(24_000));
    auto.command({ type: 'audio-clear' });
    auto.pause(2000);
    expect(storyOf(auto)).toEqual(['session-ready', 'turn_1 starts at 0', 'turn_1 stops at 1200']);
  });
});

describe('settings', () => {
  test('[ECH20] what has no knob is listed as ignored', () => {
    const driver = start({ systemPrompt: 'Be brief.', temperature: 1, voice: 'x' });
    expect(driver.events[0]).toEqual({
      type: 'session-ready',
      model: 'echo',
      ignored: ['s2s.systemPrompt', 's2s.temperature', 's2s.voice'],
    });
  });

  test('[ECH20] so it is before the session begins', () => {
    const echo = createEcho();
    const config: SessionConfig = {
      sessionId: 'ses_1',
      model: 'echo',
      systemPrompt: 'Be brief.',
      voice: 'x',
      tools: [],
      turnDetection: 'auto',
      inputSampleRateHz: 24_000,
      outputSampleRateHz: 24_000,
    };
    expect(echo.ignoredSettings?.(config, echo.parseOptions({}))).toEqual(['s2s.systemPrompt', 's2s.voice']);
  });

  test.each([
    ['echo', 'echo'],
    ['echo-tools', 'echo-tools'],
    ['anything', 'echo'],
  ])('[ECH1] the model %s is answered by %s', (model, answering) => {
    expect(start({ model }).events).toEqual([{ type: 'session-ready', model: answering, ignored: [] }]);
  });

  test('[ECH1] the echo needs no wake while it has nothing to say', () => {
    const echo = createEcho();
    const driver = start();
    const config = { sessionId: 's', model: 'echo', tools: [], turnDetection: 'auto', ...driver.audio } as const;
    const engine = echo.createEngine(config, echo.parseOptions({}));
    engine.start(0);
    expect(engine.wakeAtMs).toBeUndefined();
    engine.handle({ type: 'text-append', text: 'hi' }, 10);
    expect(engine.wakeAtMs).toBe(35);
  });
});

describe('texts of any length', () => {
  test('[ECH21] of a long message the first 1,000 characters are said, and all of it is counted', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'word '.repeat(13_000) });
    driver.advance(10_000);
    expect(saidBy(driver, 'response_1')).toBe(`echo: ${'word '.repeat(199)}word…`);
    expect(driver.events.at(-1)).toMatchObject({ type: 'response-end', usage: { inputTextTokens: 16_250 } });
  });

  test('[ECH21] a message that is nearly all space is said without it', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: `hello${' '.repeat(65_000)}` });
    driver.advance(10_000);
    expect(saidBy(driver, 'response_1')).toBe('echo: hello…');
  });

  test('[ECH21] so is a long first message', () => {
    const driver = start({ firstMessage: 'word '.repeat(1000) });
    driver.advance(10_000);
    expect(saidBy(driver, 'response_1')).toBe(`${'word '.repeat(199)}word…`);
  });

  test('[ECH21] a question is looked for in the first 2,000 characters', () => {
    const driver = start();
    driver.command({ type: 'text-append', text: 'hello' });
    driver.advance(10_000);
    driver.command({ type: 'text-append', text: `${'a '.repeat(1000)}what did you say` });
    driver.advance(10_000);
    expect(saidBy(driver, 'response_2')).toBe(`echo: ${'a '.repeat(499)}a…`);
  });
});
