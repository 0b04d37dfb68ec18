import type { Code, InlineCode, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { sourceOf } from '../place.ts';
import { checkUnused, findFiles, readFileFence, type FileFence } from './file-fence.ts';
import { readCode, readSample, sampleAttributes, type WrittenSample } from './read-sample.ts';

/** What the fences of a post hold: the samples, with the fence of each, and the files beside them, with theirs. */
export interface Fences {
  readonly samples: readonly Sample[];
  readonly fences: readonly Code[];
  readonly files: readonly FileFence[];
}

/** Reads every fence of a tree, which may be an excerpt of a `post`. Problems are reported on the file. */
export function readSamples(file: VFile, tree: Root, post?: Pick<Fences, 'files'>): Fences {
  const found: { readonly own: WrittenSample; readonly node: Code }[] = [];
  const files: FileFence[] = [];
  visit(tree, (node) => {
    if (node.type === 'inlineCode') return void checkInline(file, node);
    if (node.type !== 'code') return;
    if (isIndented(file, node)) return void checkIndented(file, node);
    const isPython = /^(?:python|python3|py)$/i.test(node.lang ?? '');
    const beside = readFileFence(file, node, files);
    if (beside !== undefined) {
      files.push(beside);
      return checkEnd(file, node, undefined);
    }
    if (!isPython) checkOtherFence(file, node);
    const own = isPython ? readSample(file, node) : undefined;
    checkEnd(file, node, own?.sample);
    if (own === undefined) return;
    // On some file systems, two names that differ only in case are one folder.
    const first = found.find((other) => other.own.sample.name.toLowerCase() === own.sample.name.toLowerCase())?.own.sample;
    if (first !== undefined) {
      const { name, places } = own.sample;
      const how = first.name === name ? `named "${name}"` : `whose names differ only in case, "${first.name}" and "${name}"`;
      report(file, {
        rule: 'sample-twice',
        reason: `There are two samples ${how}; the first is on line ${first.place?.start.line}`,
        hint: 'Give one of them another name.',
        place: places['sample'],
      });
      return;
    }
    found.push({ own, node });
  });
  const written = found.map(({ own }) => own);
  const samples = written.map((own) => {
    const base = own.sample.same === undefined ? own : findSame(file, own, written);
    const used = base === undefined ? [] : findFiles(file, own.files ?? base.files, [...files, ...(post?.files ?? [])], own);
    const sample = base === undefined || base === own ? own.sample : sameAs(own, base.sample);
    return readCode(file, { ...sample, files: used }, own.work ?? (base === own ? undefined : base?.work));
  });
  checkUnused(file, files, samples);
  return { samples, fences: found.map(({ node }) => node), files };
}

/** A sample with the code and the settings of another one, but for those of its own fence, and for what is claimed of it. */
function sameAs({ sample, written }: WrittenSample, base: Sample): Sample {
  return { ...base, expect: undefined, fix: undefined, ...written, name: sample.name, places: sample.places };
}

/** The sample whose code another one shares; undefined if there is none that can be shared. */
function findSame(file: VFile, { sample }: WrittenSample, all: readonly WrittenSample[]): WrittenSample | undefined {
  const { same = '', name, code, places } = sample;
  const place = places['same'];
  const say = (reason: string, hint: string) => {
    report(file, { rule: 'sample-same', reason, hint, place });
    return undefined;
  };
  if (code.trim() !== '')
    return say(
      `The sample "${name}" has code, and same=${same} says that it runs the code of "${same}"`,
      'Empty its fence, or remove same.',
    );
  const base = all.find((other) => other.sample.name === same);
  const others = all.map((other) => other.sample).filter((other) => other.name !== name && other.same === undefined);
  const names = others.map((other) => other.name);
  if (base === undefined)
    return say(`There is no sample "${same}".${didYouMean(same, names)}`, `Samples with code: ${names.join(', ') || 'none'}.`);
  if (base.sample.same !== undefined || base.sample === sample)
    return say(`"${same}" has no code of its own`, `Name a sample that has: ${names.join(', ') || 'there is none'}.`);
  return base;
}

/** Reports a fence that has a sample's name but is not in Python. */
function checkOtherFence(file: VFile, node: Code): void {
  const info = `${node.lang ?? ''} ${node.meta ?? ''}`;
  if (node.lang === null || node.lang === undefined) return;
  if (!/(?:^|[\s{,.])sample=\S/.test(info)) return checkOtherAttributes(file, node);
  const language = node.lang.startsWith('sample=') ? 'no language' : `its language is "${node.lang}"`;
  const glued = /^[{.]*py\w*[{,.]/i.test(info) || info.startsWith('{');
  report(file, {
    rule: 'sample-language',
    reason: glued
      ? `"${info.trim()}" is not a language with attributes, so the fence never runs`
      : `The fence has a sample's name, but ${language}, so it never runs`,
    hint: 'Write the language, a space, and the name, without braces or commas: ```python sample=before',
    place: node.position,
  });
}

/** Reports limits and claims of a sample on a fence in another language: nothing there runs. */
function checkOtherAttributes(file: VFile, { lang, meta, position }: Code): void {
  const written = [...(meta ?? '').matchAll(/(?:^|\s)((?:expect|timeout|memory|output|stop)=(\S+))/g)];
  // Other tools have attributes of these names, too: those that a sample could have are meant.
  const [, attribute] =
    written.find(([, text = '', value = '']) => sampleAttributes[text.split('=')[0] as string]?.read(value) !== undefined) ?? [];
  if (attribute === undefined) return;
  report(file, {
    rule: 'sample-language',
    reason: `The fence has ${attribute}, but its language is "${lang}", so it never runs`,
    hint: `Name it as a sample in Python, ${'```'}python sample=before, or remove ${attribute}.`,
    place: position,
    level: 'warning',
  });
}

/** Reports a fence that is not closed: it takes in all that follows, up to the end of the post or the next fence. */
function checkEnd(file: VFile, node: Code, sample: Sample | undefined): void {
  const source = sourceOf(file, node);
  const opening = /^(?:`{3,}|~{3,})/.exec(source)?.[0] ?? '```';
  const lines = source.split(/\r\n|\n|\r/);
  const last = (lines.at(-1) ?? '').replace(/^[\s>]+/, '').trimEnd();
  const isClosed = lines.length > 1 && /^(?:`+|~+)$/.test(last) && last[0] === opening[0] && last.length >= opening.length;
  const inner = sample === undefined ? -1 : node.value.split('\n').findIndex((line) => /^\s*(?:`{3,}|~{3,})\s*\w+.*\bsample=/.test(line));
  if (isClosed && inner === -1) return;
  const start = node.position?.start;
  const until = inner === -1 ? 'the end of the post' : `the next fence, on line ${(start?.line ?? 1) + 1 + inner}`;
  report(file, {
    rule: 'fence-open',
    reason: `The fence is not closed before ${until}, and takes in all text in between`,
    hint: `End the code with a line of only ${opening}`,
    place: start,
    level: sample === undefined ? 'warning' : 'error',
  });
}

/** Whether a sample's fence is not closed, and so may hide other samples. */
export function hasOpenFence(file: VFile): boolean {
  return file.messages.some(({ ruleId, fatal }) => ruleId === 'fence-open' && fatal === true);
}

/** Whether code is indented code, not a fence. */
export function isIndented(file: VFile, node: Code): boolean {
  return !/^(?:`{3,}|~{3,})/.test(sourceOf(file, node));
}

/** Reports a sample in indented code, where it is only shown, fence and all. */
function checkIndented(file: VFile, node: Code): void {
  const index = node.value.split('\n').findIndex((line) => /^\s*(?:`{3,}|~{3,})\s*py\w*\s.*\bsample=/.test(line));
  const start = node.position?.start;
  if (index === -1 || start === undefined) return;
  report(file, {
    rule: 'fence-form',
    reason: 'The fence is indented by four spaces or a tab, so it is shown as it is and never runs',
    hint: 'Start it at the left, or below the first word of its list item.',
    place: { line: start.line + index, column: index === 0 ? start.column : 1 },
    // It may be meant to be shown.
    level: 'warning',
  });
}

/** Reports a sample between backticks that make no fence. */
function checkInline(file: VFile, node: InlineCode): void {
  const source = sourceOf(file, node);
  if (!/^`+\s*(?:python3?|py)\s+sample=\S/i.test(source) || !(source.startsWith('```') || /[\r\n]/.test(source))) return;
  report(file, {
    rule: 'fence-form',
    reason: 'The backticks around the sample make no fence, so it never runs',
    hint: 'Write three backticks and its name on a line, the code below, and only three backticks on the last line.',
    place: node.position,
  });
}
