// A hostile vendor behaves as the model of the session asks it to, so that one process serves every attack at once. A model
// is `<manner>`, or `<manner>:<argument>`, with `~<anything>` behind it to tell sessions of one attack from another's.

/** What a flooding vendor says over and over. */
export const FLOODS = [
  'audio',
  'assistant-words',
  'long-words',
  'steady-words',
  'user-words',
  'tool-calls',
  'speech',
  'unended-responses',
  'empty-responses',
  'usage',
  'errors',
  'unknown',
  'tiny',
  'huge',
] as const;

export type Flood = (typeof FLOODS)[number];

/** How a vendor treats a session. It begins to misbehave at the first user input, unless `at` says otherwise. */
export type Manner =
  | { readonly type: 'quiet' }
  | { readonly type: 'slow-ready'; readonly ms: number }
  /** The first connection ends at the first input; the others are ready after `ms`. */
  | { readonly type: 'cut-once'; readonly ms: number }
  | { readonly type: 'flood'; readonly flood: Flood; readonly at: 'input' | 'ready' }
  | { readonly type: 'expires'; readonly at: number }
  | { readonly type: 'go-away'; readonly seconds: number }
  /** 0 stands for a connection that breaks without a word. */
  | { readonly type: 'close'; readonly code: number }
  | { readonly type: 'long-delta'; readonly seconds: number }
  | { readonly type: 'quote-prompt' }
  | { readonly type: 'read-nothing' }
  | { readonly type: 'call-tool' };

/** @throws Error for a model that names no manner */
export function mannerOf(model: string): Manner {
  const [name = '', argument = ''] = (model.split('~')[0] ?? '').split(':');
  const number = Number(argument);
  switch (name) {
    case 'quiet':
    case 'quote-prompt':
    case 'read-nothing':
    case 'call-tool':
      return { type: name };
    case 'slow-ready':
    case 'cut-once':
      return { type: name, ms: number };
    case 'flood':
    case 'flood-at-once':
      return { type: 'flood', flood: floodOf(argument), at: name === 'flood' ? 'input' : 'ready' };
    case 'expires':
      return { type: name, at: number };
    case 'go-away':
    case 'long-delta':
      return { type: name, seconds: number };
    case 'close':
      return { type: name, code: number };
    default:
      throw new Error(`"${model}" names no manner of a hostile vendor.`);
  }
}

function floodOf(name: string): Flood {
  const flood = FLOODS.find((known) => known === name);
  if (flood === undefined) throw new Error(`"${name}" is no flood: ${FLOODS.join(', ')}.`);
  return flood;
}
