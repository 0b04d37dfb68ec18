import type { VFile } from 'vfile';
import { describeFinding, findingsOf as findingsIn, type Finding } from '../experiment/finding.ts';
import { visible } from '../experiment/visible.ts';
import { complain, escapeJson } from './terminal.ts';
import { widthOf, wrap } from './wrap.ts';

export type { Finding };

/** The formats of findings: for people, for GitHub as annotations of a pull request, and for tools. */
export const formats = ['text', 'github', 'json'] as const;
export type Format = (typeof formats)[number];

/** The findings on some files, file by file. */
export function findingsOf(files: readonly VFile[]): readonly Finding[] {
  return files.flatMap((file) => findingsIn(file));
}

/** Prints findings, file:line:column first, and how to fix each. Returns the number of errors. */
export function printFindings(found: readonly Finding[], format: Format = 'text'): number {
  if (format === 'json') console.log(escapeJson(JSON.stringify(found, undefined, 2)));
  else if (format === 'github') for (const finding of found) console.log(annotation(finding));
  else if (found.length > 0) complain(found.map(forPerson).join('\n'));
  return found.filter(({ level }) => level === 'error').length;
}

/** A finding for a terminal: its first line is never wrapped, as editors parse it; the hint is wrapped. */
function forPerson(finding: Finding): string {
  const width = widthOf(process.stderr) - 4;
  return describeFinding({
    ...finding,
    hint: finding.hint
      .split('\n')
      .map((line) => wrap(line, width))
      .join('\n'),
  });
}

/** A workflow command of GitHub Actions, its texts escaped. */
function annotation({ file, line, column, level, reason, rule, hint }: Finding): string {
  const data = (text: string) =>
    text.split('\n').map(visible).join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('##[', '##\\[');
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const properties = `file=${property(visible(file))},line=${line},col=${column},title=${property(rule)}`;
  return `::${level} ${properties}::${data(`${visible(reason)}\n${hint}`)}`;
}
