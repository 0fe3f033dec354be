import type { ConversationOptions, RealtimeTool } from '@speko/client-browser';

/** Where the options of the last render are. */
export interface LatestOptions {
  readonly current: ConversationOptions;
}

/** Options that are those of the last render whenever the conversation reads them. */
export function followOptions(latest: LatestOptions): ConversationOptions {
  return new Proxy<ConversationOptions>(
    {},
    {
      get: (_, name: keyof ConversationOptions) => (name === 'tools' ? followTools(latest) : latest.current[name]),
    },
  );
}

/** A session keeps its tools as long as it lasts, but what they do follows. */
function followTools(latest: LatestOptions): readonly RealtimeTool[] | undefined {
  return latest.current.tools?.map((tool) => {
    if (tool.execute === undefined) return tool;
    const now = (): RealtimeTool => latest.current.tools?.find(({ name }) => name === tool.name) ?? tool;
    return { ...tool, execute: (args, context) => now().execute?.(args, context) };
  });
}
