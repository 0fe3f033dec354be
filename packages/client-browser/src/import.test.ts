import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('[CV1] importing the package touches no global of a page, and neither does an idle conversation', () => {
  const script = `
    for (const name of ['window', 'document', 'navigator', 'WebSocket', 'AudioContext', 'AudioWorkletNode']) {
      Object.defineProperty(globalThis, name, { get() { throw new Error(name + ' was touched'); } });
    }
    const { createConversation } = await import('@speko/client-browser');
    const conversation = createConversation({ getSession: () => fetch('/session').then((answer) => answer.json()) });
    conversation.mute();
    console.log(conversation.status, conversation.muted, conversation.inputLevel);
  `;
  const args = ['--conditions=@speko/source', '--input-type=module', '--eval', script];
  expect(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })).toBe('idle true 0\n');
});
