import { wellFormedJson } from '../json/well-formed-json.ts';

/** A tool's output as it may be passed on: well-formed, and where it is JSON so are the texts inside of it. */
export function wellFormedOutput(output: string): string {
  try {
    return wellFormedJson(output);
  } catch {
    return output.toWellFormed();
  }
}
