import type { InProcessAdapter } from '@speko/adapter';
import { ECHO_MODEL, ECHO_TOOLS_MODEL, EchoEngine } from './echo-engine.ts';
import { parseEchoOptions, type EchoOptions } from './echo-options.ts';

/**
 * The built-in provider: no vendor, no key, in the gateway's own process. It says each turn back, and makes every
 * feature of the wire visible on the way. Models: `echo`, and `echo-tools`, which calls the first tool on every
 * spoken turn.
 */
export function createEcho(): InProcessAdapter<EchoOptions> {
  return {
    kind: 'in-process',
    id: 'echo',
    displayName: 'Echo (built in)',
    exampleModel: ECHO_MODEL,
    otherModels: [ECHO_TOOLS_MODEL],
    capabilities: {
      turnDetectionAuto: true,
      turnDetectionManual: true,
      commit: true,
      clear: true,
      interrupt: true,
      truncate: true,
      text: true,
      tools: true,
      parallelTools: true,
      firstMessage: true,
      temperature: false,
      voice: false,
      userTranscript: true,
      assistantTranscript: true,
      usage: true,
      resumption: false,
      fullDuplex: false,
      reasons: {
        temperature: 'The echo repeats what it hears: nothing is sampled that a temperature could change.',
        voice: "The echo answers in the caller's own voice.",
        resumption: 'The echo lives in the gateway: there is no connection that could drop.',
        fullDuplex: 'The echo waits for the end of a turn before it answers.',
      },
    },
    parseOptions: parseEchoOptions,
    audio: (config) => ({
      inputSampleRateHz: config.inputSampleRateHz,
      outputSampleRateHz: config.outputSampleRateHz,
    }),
    createEngine: (config, options) => new EchoEngine(config, options),
  };
}
