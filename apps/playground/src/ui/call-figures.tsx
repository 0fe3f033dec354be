import { formatClock, formatCount, formatDuration } from '../call/format.ts';
import type { Call } from '../call/use-call.ts';
import { useNow } from '../call/use-now.ts';
import type { TokenSums } from '../journal/count-tokens.ts';
import { median } from '../journal/latency-meter.ts';

/** The numbers of a call. */
export function CallFigures({ call }: { call: Call }) {
  const { latencies, roundTripMs, connectedAtMs, endedAtMs, tokens } = call.view;
  const live = call.snapshot.status === 'connected' || call.snapshot.status === 'reconnecting';
  const nowMs = useNow(call.journal.nowMs, live);
  const waits = latencies.map(({ fromMs, toMs }) => toMs - fromMs);
  const last = waits.at(-1);
  const middle = median(waits);
  const show = (ms: number | undefined) => (ms === undefined ? '–' : formatDuration(ms));
  const lengthMs = connectedAtMs === undefined ? undefined : (endedAtMs ?? nowMs) - connectedAtMs;

  return (
    <dl className="figures" data-testid="figures">
      <Figure help="From the end of your turn to the first sound" label="First sound" value={show(last)} />
      <Figure help="The middle one of this call’s answers" label="Typical" value={show(middle)} />
      <Figure help="A ping to the gateway and back" label="Round trip" value={show(roundTripMs)} />
      <Figure
        help="Since the call was connected"
        label="Length"
        value={lengthMs === undefined ? '–' : formatClock(Math.max(0, lengthMs))}
      />
      <Figure
        help={describeTokens(tokens)}
        label="Tokens in / out"
        value={
          tokens === undefined
            ? '–'
            : [tokens.inputAudio + tokens.inputText, tokens.outputAudio + tokens.outputText]
                .map(formatCount)
                .join(' / ')
        }
      />
    </dl>
  );
}

function describeTokens(tokens: TokenSums | undefined): string {
  if (tokens === undefined) return 'Of all answers together, once the provider tells';
  const { inputAudio, inputText, cached, outputAudio, outputText } = tokens;
  const input = `${inputAudio} audio and ${inputText} text, ${cached} of them cached`;
  return `Of all answers together. In: ${input}. Out: ${outputAudio} audio and ${outputText} text`;
}

function Figure({ label, value, help }: { label: string; value: string; help: string }) {
  return (
    <div className="figure" title={help}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
