// The whole voice button: what a click does, and who is told of what comes of it.
import { createConversation } from '@speko/client-browser';
import capture from '@speko/client-browser/worklets/capture.js?url&no-inline';
import player from '@speko/client-browser/worklets/player.js?url&no-inline';
import { button, show } from './show.ts';

const conversation = createConversation({
  getSession: async () => (await fetch('/session', { method: 'POST' })).json(),
  workletUrls: { capture, player },
});

button.addEventListener('click', () => {
  const { status, outputBlocked } = conversation.getSnapshot();
  if (status === 'idle' || status === 'ended') conversation.start().catch(() => {}); // why is in the snapshot
  else void (outputBlocked ? conversation.unblock() : conversation.end());
});
conversation.subscribe(() => show(conversation.getSnapshot()));
