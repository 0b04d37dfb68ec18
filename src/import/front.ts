import type { Yaml } from 'mdast';
import type { Block, Source } from './blocks.ts';
import type { Edit, ImportStep } from './edits.ts';

/** Finds Jekyll's markup that Leaklog would show as plain text. */
export function findLeftovers({ lines }: Source, blocks: readonly Block[], yaml: Yaml | undefined): readonly ImportStep[] {
  return lines.flatMap(({ text }, line): ImportStep[] => {
    if (
      line < (yaml?.position?.end.line ?? 0) ||
      blocks.some((block) => (block.first <= line && line <= block.last) || block.attributes.includes(line))
    )
      return [];
    const found = /\{%[^%]*%\}|\{\{[^}]*\}\}/.exec(text.replace(/`[^`]*`/g, ''))?.[0];
    if (found !== undefined) return [{ line: line + 1, what: `Liquid stays, and shows as text: ${found}`, details: [] }];
    return /^\s*\{:{1,2}[^}]*\}\s*$/.test(text)
      ? [{ line: line + 1, what: `kramdown attributes stay, and show as text: ${text.trim()}`, details: [] }]
      : [];
  });
}

/** The edits that add what the front matter lacks, and the new file name, undefined if the post has no date. */
export function readFront(
  path: string,
  source: Source,
  yaml: Yaml | undefined,
  wantedName: string | undefined,
): { name: string | undefined; edits: readonly Edit[]; steps: readonly ImportStep[] } {
  const file = path.split(/[/\\]/).at(-1) ?? '';
  const stem = file.replace(/\.[^.]*$/, '');
  const [, fileDay, fileWords] = /^(\d{4}-\d{2}-\d{2})-(.+)$/.exec(stem) ?? [];
  const front = yaml?.value ?? '';
  const [, day] = /^date\s*:\s*["']?(\d{4}-\d{2}-\d{2})(?!\d)/m.exec(front) ?? [];
  const [, title = ''] = /^title\s*:[ \t]*(.*?)[ \t]*$/m.exec(front) ?? [];
  const [, wantedDay] = /^(\d{4}-\d{2}-\d{2})-/.exec(wantedName?.split(/[/\\]/).at(-1) ?? '') ?? [];
  const date = fileDay ?? day ?? wantedDay;
  const slug =
    slugify(fileWords ?? '') || slugify(title.replace(/^(["'])(.*)\1$/, '$2')) || slugify(fileWords === undefined ? stem : '') || 'post';
  const missing: [string, string][] = [];
  if (!/^title\s*:[ \t]*\S/m.test(front))
    missing.push([`title: "${(fileWords ?? stem).replace(/[-_]+/g, ' ').replace(/["\\]/g, '')}"`, 'its title comes from the file name']);
  if (!/^date\s*:/m.test(front) && date !== undefined) missing.push([`date: ${date}`, 'its date comes from the file name']);
  if (/^published\s*:\s*false\b/m.test(front) && !/^draft\s*:/m.test(front))
    missing.push(['draft: true', 'published: false becomes draft: true']);
  const added = missing.map(([line]) => line);
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  const at = yaml === undefined ? mark : (yaml.position?.end.offset ?? 3) + mark - 3;
  const text = yaml === undefined ? ['---', ...added, '---', '', ''] : [...added, ''];
  const name = date === undefined ? undefined : `${date}-${slug}.md`;
  if (missing.length === 0) return { name, edits: [], steps: [] };
  const what = yaml === undefined ? 'front matter is added' : `front matter → with ${added.join(', ')}`;
  return {
    name,
    edits: [{ from: at, to: at, text: text.join(source.eol) }],
    steps: [{ line: 1, what, details: missing.map(([, why]) => why) }],
  };
}

/** Turns `Größe: zwei` into `groesse-zwei`. */
function slugify(text: string): string {
  const letters: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', ø: 'o', æ: 'ae', ł: 'l' };
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüßøæł]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}|['’]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80)
    .replace(/-$/, '');
}
