import type { RunningGateway } from './start-gateway.ts';

/**
 * What a person sees when the gateway has started: where it is, what it can do, and a call to paste. The development
 * key and the token of the page are shown, since they are generated; configured keys are not.
 */
export function describeGateway(gateway: RunningGateway, nodePath: string): string {
  return [
    ...describePlace(gateway),
    '',
    ...describeProviders(gateway),
    '',
    ...describeCall(gateway, nodePath),
    '',
  ].join('\n');
}

/** What most people start it for comes first. */
function describePlace({ url, pageUrl, playground }: RunningGateway): string[] {
  const gateway = `Speko gateway on ${url}`;
  if (playground.state === 'off') {
    return playground.isSurprise ? [gateway, `No page to talk on: ${playground.reason}.`] : [gateway];
  }
  const warning = 'Others may reach this gateway: whoever has that address can hold calls at your expense.';
  return [`Talk to it: ${pageUrl}`, ...(playground.isExposed ? [warning] : []), '', gateway];
}

function describeProviders({ adapters }: RunningGateway): string[] {
  const rows = adapters.map(({ adapter, ...entry }) => [
    adapter.id,
    entry.state === 'configured'
      ? `ready to call · model "${adapter.exampleModel}"`
      : `set ${entry.missingSetting} to use it`,
  ]);
  return ['Providers', ...rows.map(([id = '', state = '']) => `  ${id.padEnd(8)} ${state}`)];
}

function describeCall(gateway: RunningGateway, nodePath: string): string[] {
  const { apiKey, developmentKeyPath, url } = gateway;
  if (developmentKeyPath === undefined) {
    const heading =
      'To hold a call, set SPEKO_API_KEY to one of your SPEKO_API_KEYS in another terminal and paste this:';
    return [heading, '', ...callSnippet(url, nodePath)];
  }
  return [
    `Development key, kept in ${developmentKeyPath} (set SPEKO_API_KEYS to use your own keys instead)`,
    `  ${apiKey}`,
    '',
    'Paste this into another terminal to hold a call:',
    '',
    `export SPEKO_API_KEY=${apiKey}`,
    ...callSnippet(url, nodePath),
  ];
}

/** Mints and talks with what Node has built in: nothing else need be installed. */
function callSnippet(url: string, nodePath: string): string[] {
  return [
    `${nodeCommand(nodePath)} --input-type=module -e '`,
    `  const answer = await fetch("${url}/v1/sessions", {`,
    '    method: "POST",',
    '    headers: { authorization: `Bearer ${process.env.SPEKO_API_KEY}`, "content-type": "application/json" },',
    '    body: JSON.stringify({ mode: "s2s", s2s: { provider: "echo", model: "echo" } }),',
    '  });',
    '  const { wsUrl, wsToken, error } = await answer.json();',
    '  if (error) throw new Error(error);',
    '  const ws = new WebSocket(wsUrl, [wsToken]);',
    '  ws.onopen = () => ws.send(JSON.stringify({ t: "text", text: "Hello, gateway." }));',
    '  ws.onmessage = ({ data }) => {',
    '    if (typeof data !== "string") return console.log(`${data.size} bytes of audio`);',
    '    console.log(data);',
    '    const { role, final } = JSON.parse(data);',
    '    if (role === "assistant" && final) ws.close(1000, "client_closed");',
    "  };'",
  ];
}

/** The Node that `npx` fetched for this run is not the one of the next terminal, which may be too old for a WebSocket. */
function nodeCommand(nodePath: string): string {
  return nodePath.includes('_npx') ? `'${nodePath}'` : 'node';
}
