import type { ToolNote } from '../journal/call-journal.ts';
import { Icon } from './icon.tsx';

/** A tool the model asked for, and what it was told. */
export function ToolCaption({ tool }: { tool: ToolNote }) {
  return (
    <article className="caption" data-failed={tool.failed} data-role="tool" data-testid="caption-tool">
      <span className="caption-speaker">
        <Icon name="tool" size={14} />
        Tool
      </span>
      <p className="caption-text">
        <code>
          {tool.name}({tool.arguments === '{}' ? '' : tool.arguments})
        </code>
        {tool.output === undefined ? ' is running…' : <code className="tool-output">{tool.output}</code>}
      </p>
    </article>
  );
}
