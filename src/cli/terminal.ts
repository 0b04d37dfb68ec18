import { visible } from '../experiment/visible.ts';

/** Prints to the standard output; what others wrote is in it as it is. */
export function say(text: string): void {
  console.log(harmless(text));
}

/** Prints to the standard error, in the same way. */
export function complain(text: string): void {
  console.error(harmless(text));
}

/** Lines of text that a terminal shows and does not obey, and in which GitHub Actions finds no workflow command. */
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

/** JSON that means the same, with everything in it escaped that a terminal could obey. */
export function escapeJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
