import type { CapabilityName } from '@speko/adapter';
import { markdownTable } from './markdown-table.ts';
import type { ProviderCapabilities } from './provider-capabilities.ts';

/** Every flag in the words of the documentation, in its order. */
const CAPABILITY_NAMES: Readonly<Record<CapabilityName, string>> = {
  turnDetectionAuto: 'turn detection',
  turnDetectionManual: 'manual turns',
  commit: 'commit',
  clear: 'clear',
  interrupt: 'interrupt',
  truncate: 'truncate',
  text: 'typed text',
  tools: 'tools',
  parallelTools: 'parallel tools',
  firstMessage: 'first message',
  temperature: 'temperature',
  voice: 'voice',
  userTranscript: 'user transcript',
  assistantTranscript: 'assistant transcript',
  usage: 'usage',
  resumption: 'resumption',
  fullDuplex: 'full duplex',
};

const FLAGS = Object.keys(CAPABILITY_NAMES) as CapabilityName[];

/** The table of one provider: what it can do, in each kind of session that differs, and why not. */
export function capabilityTable({ kinds }: ProviderCapabilities): string {
  const rows = FLAGS.map((flag) => {
    const reasons = new Set(kinds.flatMap(({ capabilities }) => capabilities.reasons[flag] ?? []));
    const cells = kinds.map(({ capabilities }) => yesOrNo(capabilities[flag]));
    return [CAPABILITY_NAMES[flag], ...cells, [...reasons].join(' ')];
  });
  return markdownTable([['Capability', ...kinds.map(({ label }) => label), 'Why not'], ...rows]);
}

/** The list of pages, and all providers side by side. */
export function comparison(providers: readonly ProviderCapabilities[]): string {
  const links = providers.map(({ id, displayName }) => `[${displayName}](${id}.md)`);
  const rows = FLAGS.map((flag) => [
    CAPABILITY_NAMES[flag],
    ...providers.map(({ kinds }) => {
      const able = kinds.filter(({ capabilities }) => capabilities[flag]);
      return able.length === 0 || able.length === kinds.length
        ? yesOrNo(able.length > 0)
        : able.map(({ label }) => label).join('; ');
    }),
  ]);
  const list = providers.map(({ id }, index) => `- ${links[index]}: \`"provider": "${id}"\``);
  return [...list, '', markdownTable([['Capability', ...links], ...rows])].join('\n');
}

function yesOrNo(isAble: boolean): string {
  return isAble ? 'yes' : 'no';
}
