import type { SessionConfig } from '@speko/adapter';
import { ignoredSettings } from '@speko/adapter-kit';
import { CAPABILITIES } from '../xai-capabilities.ts';
import type { ServerVad, SessionUpdate, XaiTool } from '../xai-client-events.ts';
import { xaiAudio } from '../xai-dial-plan.ts';
import type { XaiOptions, XaiServerTool } from '../xai-options.ts';

/** `event_id` of the one configuration message. */
const SESSION_UPDATE_EVENT_ID = 'session-1';

/** The message that configures the session. It names everything that matters, since the defaults vary. */
export function buildSessionUpdate(config: SessionConfig, options: XaiOptions): SessionUpdate {
  const { inputSampleRateHz, outputSampleRateHz } = xaiAudio(config);
  const { languageHint, keyterms, speed, reasoningEffort, pronunciations, resumption } = options;
  return {
    type: 'session.update',
    event_id: SESSION_UPDATE_EVENT_ID,
    session: {
      ...(config.systemPrompt === undefined ? {} : { instructions: config.systemPrompt }),
      voice: requestedVoice(config, options),
      ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort } }),
      turn_detection: config.turnDetection === 'manual' ? { type: null } : serverVad(options),
      resumption: { enabled: resumption },
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: inputSampleRateHz },
          transcription: {
            model: 'grok-transcribe',
            ...(languageHint === undefined ? {} : { language_hint: languageHint }),
            ...(keyterms === undefined ? {} : { keyterms }),
          },
        },
        output: {
          format: { type: 'audio/pcm', rate: outputSampleRateHz },
          ...(speed === undefined ? {} : { speed }),
        },
      },
      tools: [
        ...config.tools.map(({ name, description, parameters }): XaiTool => ({
          type: 'function',
          name,
          description,
          parameters,
        })),
        ...options.serverTools.map(serverTool),
      ],
      ...(pronunciations === undefined ? {} : { replace: pronunciations }),
    },
  };
}

/** The voice to ask for. */
export function requestedVoice(config: SessionConfig, { defaultVoice }: XaiOptions): string {
  return config.voice ?? defaultVoice;
}

/** Settings of the request that had no effect: there is no temperature, and unknown voices are replaced silently. */
export function settingsIgnored(config: SessionConfig, actualVoice: string | undefined): readonly string[] {
  const isReplaced = config.voice !== undefined && actualVoice !== undefined && !isSameVoice(config.voice, actualVoice);
  return [...ignoredSettings(config, CAPABILITIES), ...(isReplaced ? ['s2s.voice'] : [])];
}

/** Ids of voices are case-insensitive, and come back with or without the vendor's prefix. */
export function isSameVoice(left: string, right: string): boolean {
  const bare = (voice: string): string => voice.toLowerCase().replace(/^xai_/, '');
  return bare(left) === bare(right);
}

function serverVad({ turnDetection }: XaiOptions): ServerVad {
  const { threshold, prefixPaddingMs, silenceDurationMs, idleTimeoutMs } = turnDetection;
  return {
    type: 'server_vad',
    threshold,
    prefix_padding_ms: prefixPaddingMs,
    silence_duration_ms: silenceDurationMs,
    ...(idleTimeoutMs === undefined ? {} : { idle_timeout_ms: idleTimeoutMs }),
  };
}

function serverTool(tool: XaiServerTool): XaiTool {
  switch (tool.type) {
    case 'web_search':
      return defined({ type: tool.type, allowed_domains: tool.allowedDomains });
    case 'x_search':
      return defined({ type: tool.type, allowed_x_handles: tool.allowedXHandles });
    case 'file_search':
      return defined({
        type: tool.type,
        vector_store_ids: tool.vectorStoreIds,
        max_num_results: tool.maxNumResults,
      });
    case 'mcp':
      return defined({
        type: tool.type,
        server_url: tool.serverUrl,
        server_label: tool.serverLabel,
        server_description: tool.serverDescription,
        allowed_tools: tool.allowedTools,
        authorization: tool.authorization,
        headers: tool.headers,
      });
  }
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

function defined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<Value>;
}
