// A page that plays as soon as it loads, before anybody has clicked. It reports by requests, since whatever a test
// evaluates in a page counts as a click.
import { Speaker } from '@speko/client-browser';
import { tone } from '../helpers/test-signal.ts';

const report = (what: string): void => void fetch(`/report?${what}`);

const speaker = new Speaker();
await speaker.open();
speaker.start(24_000, {
  onTurnStart: () => report('started'),
  onTurnPlayed: ({ playedMs }) => report(`played-${playedMs}`),
  onProblem: ({ code }) => report(code),
  onBlockedChange: (isBlocked) => report(`blocked-${isBlocked}`),
});
speaker.play('a', new Uint8Array(tone(2400, 24_000).buffer));
speaker.endTurn('a');
document.body.addEventListener('click', () => void speaker.unblock().then(() => report('unblocked')));
if (location.search === '?flush') void speaker.flush().then((cut) => report(`cut-${cut.length}-${cut[0]?.playedMs}`));
report('ready');
