import type { AdapterCapabilities, SessionConfig } from '@speko/adapter';

/**
 * The settings of a session that this vendor has no knob for, as request paths: what `session-ready` reports as
 * `ignored`. A setting counts when the session asks for it and the capability is `false`.
 */
export function ignoredSettings(config: SessionConfig, capabilities: AdapterCapabilities): string[] {
  const { turnDetection, tools, voice, temperature, firstMessage } = config;
  const canDetect = turnDetection === 'auto' ? capabilities.turnDetectionAuto : capabilities.turnDetectionManual;
  return [
    ...(canDetect ? [] : ['s2s.turnDetection']),
    ...(tools.length === 0 || capabilities.tools ? [] : ['s2s.tools']),
    ...(voice === undefined || capabilities.voice ? [] : ['s2s.voice']),
    ...(temperature === undefined || capabilities.temperature ? [] : ['s2s.temperature']),
    ...(firstMessage === undefined || capabilities.firstMessage ? [] : ['firstMessage']),
  ];
}
