import { createGoogle } from '@speko/adapter-google';
import { createOpenAI } from '@speko/adapter-openai';
import { createXai } from '@speko/adapter-xai';
import type { SimulatorHostOptions } from '@speko/simulator-kit/host';
import { createGoogleSimulator, type SimulatedReply, type SimulatedTurn } from '@speko/simulators/google';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { createXaiSimulator } from '@speko/simulators/xai';

export type Simulator = NonNullable<SimulatorHostOptions['simulator']>;

/** A provider the demo calls. */
export interface DemoProvider {
  readonly id: string;
  readonly model: string;
  /** Absent for a provider that needs no network. */
  readonly vendor?: {
    /** For people. */
    readonly name: string;
    /** With one of the two set, the call goes to the vendor itself. */
    readonly keyVariable: string;
    readonly urlVariable: string;
    /** Further settings that a real call takes along. */
    readonly settingVariables: readonly string[];
    /** Stands in for the vendor otherwise. */
    readonly createSimulator: () => Simulator;
    /** Path of the simulated API. */
    readonly path: string;
  };
}

/** Every provider, one entry each. */
export const DEMO_PROVIDERS: readonly DemoProvider[] = [
  { id: 'echo', model: 'echo-tools' },
  {
    id: 'openai',
    model: createOpenAI().exampleModel,
    vendor: {
      name: 'OpenAI',
      keyVariable: 'OPENAI_API_KEY',
      urlVariable: 'OPENAI_BASE_URL',
      settingVariables: ['OPENAI_TRANSCRIPTION_MODEL', 'OPENAI_DEFAULT_VOICE'],
      createSimulator: () => createOpenAISimulator({ reply: answer }),
      path: '/v1',
    },
  },
  {
    id: 'google',
    model: createGoogle().exampleModel,
    vendor: {
      name: 'Google',
      keyVariable: 'GEMINI_API_KEY',
      urlVariable: 'GEMINI_BASE_URL',
      settingVariables: [],
      createSimulator: () => createGoogleSimulator({ reply: answer }),
      path: '',
    },
  },
  {
    id: 'xai',
    model: createXai().exampleModel,
    vendor: {
      name: 'xAI',
      keyVariable: 'XAI_API_KEY',
      urlVariable: 'XAI_BASE_URL',
      settingVariables: [],
      createSimulator: () => createXaiSimulator({ reply: answer }),
      path: '/v1',
    },
  },
];

/** What the simulators of all vendors tell of a turn. */
type DemoTurn = Pick<SimulatedTurn, 'userTurnIndex' | 'userSpeechMs' | 'toolResults'>;

/** What the simulated model answers: the second thing it is told, the question, needs the tool. */
function answer({ userTurnIndex, userSpeechMs, toolResults }: DemoTurn): SimulatedReply {
  const result = toolResults.at(-1);
  if (result !== undefined) return { text: `simulated: ${result.name} answered ${result.output}` };
  if (userTurnIndex === 1) return { tools: [{ name: 'get_weather', arguments: { place: 'here' } }] };
  return { text: `simulated: ${(userSpeechMs / 1000).toFixed(1)} s of speech`, audio: 'echo' };
}
