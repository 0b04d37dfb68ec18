import { visible } from '../experiment/visible.ts';

/** Prints to standard output, without anything that a terminal would obey: the text may quote authors and programs as they are. */
export function say(text: string): void {
  console.log(harmless(text));
}

/** Prints to standard error, in the same way. */
export function complain(text: string): void {
  console.error(harmless(text));
}

/** Makes control characters visible, line by line, and breaks up workflow commands of GitHub Actions. */
export function harmless(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      visible(line)
        .replace(/^(\s*)::/, '$1\\::')
        .replaceAll('##[', '##\\['),
    )
    .join('\n');
}

/** Prints a value as JSON on a line, without anything that a terminal or GitHub Actions would obey. */
export function sayJson(value: unknown): void {
  console.log(escapeJson(JSON.stringify(value)).replaceAll('##[', '##\\u005b'));
}

/** Escapes everything in JSON that a terminal could obey; the JSON keeps its meaning. */
export function escapeJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
