/** Names under which the vendor runs tools of its own. */
export const RESERVED_TOOL_NAMES: ReadonlySet<string> = new Set([
  'web_search',
  'browse_page',
  'x_keyword_search',
  'x_semantic_search',
  'x_user_search',
  'x_thread_fetch',
  'collections_search',
  'file_search',
]);

/**
 * Whether the vendor carries out a call of this name, which comes in the same form as one for the client. A session
 * without tools of the vendor's has no other names of them than those it keeps: the model has made the name up, and waits
 * until somebody tells it so.
 *
 * @param toolNames - Of the session's own tools.
 * @param hasVendorTools - Whether the operator has switched on any; those of MCP servers have names of their own.
 */
export function isVendorTool(name: string, toolNames: ReadonlySet<string>, hasVendorTools: boolean): boolean {
  return !toolNames.has(name) && (hasVendorTools || RESERVED_TOOL_NAMES.has(name));
}
