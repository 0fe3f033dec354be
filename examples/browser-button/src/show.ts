// Paints a conversation: the button's word, one line on where it stands, one on what is wrong, and the captions.
import type { ConversationSnapshot } from '@speko/client-browser';

export const button = find('button');
const statusLine = find('[role=status]');
const errorLine = find('[role=alert]');
const captions = find('ol');

/** Changes only what is different, so that screen readers read no line twice. */
export function show(snapshot: ConversationSnapshot): void {
  const { status, mode, transcript, outputBlocked, error } = snapshot;
  document.body.dataset['mode'] = status === 'connected' ? mode : status;
  setText(button, outputBlocked ? 'Let me hear it' : status === 'idle' || status === 'ended' ? 'Talk' : 'Hang up');
  setText(statusLine, describe(snapshot));
  setText(errorLine, error?.message ?? '');

  while (captions.children.length > transcript.length) captions.lastElementChild?.remove();
  for (const [index, { role, text, interrupted }] of transcript.entries()) {
    const line = captions.children[index] ?? captions.appendChild(document.createElement('li'));
    setText(line, `${role === 'user' ? 'You' : 'Assistant'}: ${text}${interrupted ? ' —' : ''}`);
    line.className = role;
  }
}

function describe({ status, mode }: ConversationSnapshot): string {
  if (status === 'connecting') return 'Connecting…';
  if (status === 'reconnecting') return 'The connection is gone. Connecting again…';
  if (status !== 'connected') return 'Press the button and speak.';
  return { listening: 'Listening', thinking: 'Thinking', speaking: 'Speaking' }[mode];
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function find(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`The page has no ${selector}.`);
  return element;
}
