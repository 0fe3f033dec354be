import { HUES, type ToolStage } from './page-tools.ts';

/** The page itself as what the tools act on. */
export const pageStage: ToolStage = {
  getHue: () => HUES.find((hue) => hue === document.documentElement.dataset['hue']) ?? HUES[0],
  setHue(hue) {
    document.documentElement.dataset['hue'] = hue;
  },
  now: () => new Date(),
};
