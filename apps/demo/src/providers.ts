import { createGoogle } from '@speko/adapter-google';
import { createOpenAI } from '@speko/adapter-openai';
import { createXai } from '@speko/adapter-xai';
import type { PlainReply, SimulatedAudio, SimulatedTurn } from '@speko/simulator-kit';
import type { SimulatorHostOptions } from '@speko/simulator-kit/host';
import { SIMULATED_VENDORS } from '@speko/simulators';

export type Simulator = NonNullable<SimulatorHostOptions['simulator']>;

type Reply = PlainReply & { readonly audio?: SimulatedAudio };

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
    readonly basePath: string;
  };
}

/** Every provider, one entry each. */
export const DEMO_PROVIDERS: readonly DemoProvider[] = [
  { id: 'echo', model: 'echo-tools' },
  simulated(createOpenAI(), 'OpenAI', ['OPENAI_TRANSCRIPTION_MODEL', 'OPENAI_DEFAULT_VOICE']),
  simulated(createGoogle(), 'Google'),
  simulated(createXai(), 'xAI'),
];

function simulated(
  { id, exampleModel }: { readonly id: string; readonly exampleModel: string },
  name: string,
  settingVariables: readonly string[] = [],
): DemoProvider {
  const vendor = SIMULATED_VENDORS.find((each) => each.id === id);
  if (vendor === undefined) throw new Error(`There is no simulator of ${name}.`);
  const { keyVariable, urlVariable, basePath } = vendor;
  const createSimulator = () => vendor.create({ reply: answer });
  return {
    id,
    model: exampleModel,
    vendor: { name, keyVariable, urlVariable, settingVariables, createSimulator, basePath },
  };
}

/** What the simulated model answers: the second thing it is told, the question, needs the tool. */
function answer({ userTurnIndex, userSpeechMs, toolResults }: SimulatedTurn): Reply {
  const result = toolResults.at(-1);
  if (result !== undefined) return { text: `simulated: ${result.name} answered ${result.output}` };
  if (userTurnIndex === 1) return { tools: [{ name: 'get_weather', arguments: { place: 'here' } }] };
  return { text: `simulated: ${(userSpeechMs / 1000).toFixed(1)} s of speech`, audio: 'echo' };
}
