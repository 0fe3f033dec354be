import type { SessionConfig } from '@speko/adapter';
import type { GoogleSetup, RealtimeInputConfig, ThinkingConfig } from '../google-client-events.ts';
import { modelPath } from '../google-dial-plan.ts';
import type { GoogleOptions } from '../google-options.ts';
import type { ModelProfile } from '../model-profiles.ts';
import { declareFunctions } from '../schema/declare-functions.ts';
import { seedTurns } from './seed-history.ts';

/** The one message that configures the session. A field the model does not know closes the connection. */
export function buildSetup(config: SessionConfig, options: GoogleOptions, profile: ModelProfile): GoogleSetup {
  const { systemPrompt, temperature, tools, continuation } = config;
  const voiceName = config.voice ?? options.defaultVoice;
  const thinkingConfig = thinking(options, profile);
  const { contextCompression, maxOutputTokens } = options;
  return {
    model: modelPath(config, options),
    generationConfig: {
      responseModalities: ['AUDIO'],
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
      ...(voiceName === undefined ? {} : { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } } }),
      ...(thinkingConfig === undefined ? {} : { thinkingConfig }),
    },
    ...(systemPrompt === undefined ? {} : { systemInstruction: { parts: [{ text: systemPrompt }] } }),
    ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: declareFunctions(tools, options, profile) }] }),
    realtimeInputConfig: realtimeInput(config, options),
    // Present and empty: this switches them on.
    inputAudioTranscription: {},
    outputAudioTranscription: {},
    sessionResumption: continuation?.handle === undefined ? {} : { handle: continuation.handle },
    ...(contextCompression === false
      ? {}
      : {
          contextWindowCompression: {
            triggerTokens: String(contextCompression.triggerTokens),
            slidingWindow: { targetTokens: String(contextCompression.targetTokens) },
          },
        }),
    // Announced without any history, it would have the model wait for one for ever.
    ...(announcesHistory(config, profile) ? { historyConfig: { initialHistoryInClientContent: true } } : {}),
  };
}

/** Whether the setup says that the conversation so far will be told. */
export function announcesHistory({ continuation }: SessionConfig, profile: ModelProfile): boolean {
  if (continuation === undefined || continuation.handle !== undefined) return false;
  return profile.history === 'announced' && seedTurns(continuation.history).turns.length > 0;
}

function thinking(options: GoogleOptions, profile: ModelProfile): ThinkingConfig | undefined {
  const level = options.thinkingLevel;
  switch (profile.thinking) {
    case 'refused':
      return undefined;
    case 'level-required':
      // The lowest of these models, which refuse `MINIMAL`.
      return { thinkingLevel: level === undefined || level === 'minimal' ? 'LOW' : UPPER_CASE[level] };
    case 'level':
      return level === undefined ? undefined : { thinkingLevel: UPPER_CASE[level] };
    case 'budget':
      return options.thinkingBudget === undefined ? undefined : { thinkingBudget: options.thinkingBudget };
  }
}

const UPPER_CASE = { minimal: 'MINIMAL', low: 'LOW', medium: 'MEDIUM', high: 'HIGH' } as const;
const START_SENSITIVITY = { high: 'START_SENSITIVITY_HIGH', low: 'START_SENSITIVITY_LOW' } as const;
const END_SENSITIVITY = { high: 'END_SENSITIVITY_HIGH', low: 'END_SENSITIVITY_LOW' } as const;

function realtimeInput(config: SessionConfig, { turnDetection }: GoogleOptions): RealtimeInputConfig {
  if (config.turnDetection === 'manual') {
    // Other coverages rely on activity detection, which is off here.
    return { automaticActivityDetection: { disabled: true }, turnCoverage: 'TURN_INCLUDES_ALL_INPUT' };
  }
  const { silenceDurationMs, prefixPaddingMs, startSensitivity, endSensitivity, bargeIn } = turnDetection;
  return {
    automaticActivityDetection: {
      ...(startSensitivity === undefined ? {} : { startOfSpeechSensitivity: START_SENSITIVITY[startSensitivity] }),
      ...(endSensitivity === undefined ? {} : { endOfSpeechSensitivity: END_SENSITIVITY[endSensitivity] }),
      prefixPaddingMs,
      silenceDurationMs,
    },
    activityHandling: bargeIn ? 'START_OF_ACTIVITY_INTERRUPTS' : 'NO_INTERRUPTION',
  };
}
