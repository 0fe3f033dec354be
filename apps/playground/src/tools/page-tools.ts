import type { RealtimeTool } from '@speko/client-browser';
import type { ToolDefinition } from '@speko/protocol/lean';

/** Colours the page can take; styles/theme.css has each of them for light and dark. */
export const HUES = ['indigo', 'green', 'rose', 'orange', 'blue'] as const;
export type Hue = (typeof HUES)[number];

/** Controls of the page for the tools. */
export interface ToolStage {
  getHue(): Hue;
  setHue(hue: Hue): void;
  now(): Date;
}

/** A tool whose parameters are plain JSON Schema, so that they can be sent as they are. */
export type PageTool = RealtimeTool & Pick<ToolDefinition, 'parameters'>;

/** Two tools that show what a tool call is: one tells something of the page's world, one changes it. */
export function createPageTools(stage: ToolStage): readonly PageTool[] {
  return [
    {
      name: 'get_time',
      description: 'Tells the time and the time zone of the user.',
      parameters: { type: 'object', properties: {}, additionalProperties: false },
      execute: () => ({
        time: stage.now().toLocaleTimeString('en-GB'),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    },
    {
      name: 'set_page_colour',
      description: 'Changes the accent colour of the page the user looks at.',
      parameters: {
        type: 'object',
        properties: { colour: { type: 'string', enum: ['next', ...HUES], description: 'A colour, or the next one.' } },
        required: ['colour'],
        additionalProperties: false,
      },
      execute: ({ colour }) => {
        const hue = colour === 'next' ? nextHue(stage.getHue()) : HUES.find((known) => known === colour);
        if (!hue) throw new Error(`The page has no colour ${String(colour)}; it has ${HUES.join(', ')}.`);
        stage.setHue(hue);
        return { colour: hue };
      },
    },
  ];
}

/** Parameters of the mint. */
export function toDefinition({ name, description, parameters }: PageTool): ToolDefinition {
  return { name, description, parameters };
}

function nextHue(hue: Hue): Hue {
  return HUES[(HUES.indexOf(hue) + 1) % HUES.length] ?? HUES[0];
}
