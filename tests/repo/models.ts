import type { VendorModel } from '@speko/capability-docs/models';

/** A model id somewhere in the repository. */
export interface NamedModel {
  /** For people: `README.md:12`. */
  readonly place: string;
  readonly id: string;
}

/** How long before its end an example has to name another model. */
const NOTICE_DAYS = 30;
const DAY_MS = 86_400_000;

/** Ids of the models that hold calls or transcribe them, however they go on. */
const MODEL_ID =
  /(?<![\w.-])(?:gpt-(?:realtime|live|transcribe|4o)|whisper-\d|grok-voice|gemini-(?:\d|live|flash))(?:[\w.-]*\w)?/g;

/** Every model id in a text, with its line. */
export function findModels(path: string, text: string): NamedModel[] {
  return text
    .split('\n')
    .flatMap((line, index) => [...line.matchAll(MODEL_ID)].map(([id]) => ({ place: `${path}:${index + 1}`, id })));
}

/** What is wrong with the models that examples name, on a day: one line for each place. */
export function findStaleModels(
  named: readonly NamedModel[],
  models: readonly VendorModel[],
  nowMs: number,
): readonly string[] {
  return named.flatMap(({ place, id }) => {
    const model = models.find((each) => each.id === id);
    if (model === undefined) return [`${place} names ${id}, which is not in docs/models.json. Correct it or add it.`];
    if (model.endsOn === null || Date.parse(model.endsOn) - nowMs > NOTICE_DAYS * DAY_MS) return [];
    return [`${place} names ${id}, which its vendor shuts down on ${model.endsOn}. Name another.`];
  });
}
