/** Names of tools that the vendor runs itself. */
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
 * Whether the vendor carries out a call of this name. Such a call looks like one for the client. In a session without
 * tools of the vendor's, any name but the reserved ones was made up by the model, which then waits for a result.
 *
 * @param toolNames - Names of the session's own tools.
 * @param hasVendorTools - Whether the operator has switched on tools of the vendor's; an MCP server among them names its
 *   tools itself.
 */
export function isVendorTool(name: string, toolNames: ReadonlySet<string>, hasVendorTools: boolean): boolean {
  return !toolNames.has(name) && (hasVendorTools || RESERVED_TOOL_NAMES.has(name));
}
