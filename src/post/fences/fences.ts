import type { Code, InlineCode, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { report } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { sourceOf } from '../place.ts';
import { readSample } from './read-sample.ts';

/** Reads every fence of a tree: the samples, and the fence of each. Everything wrong is reported on the file. */
export function readSamples(file: VFile, tree: Root): { samples: readonly Sample[]; fences: readonly Code[] } {
  const samples: Sample[] = [];
  const fences: Code[] = [];
  visit(tree, (node) => {
    if (node.type === 'inlineCode') return void checkInline(file, node);
    if (node.type !== 'code') return;
    if (isIndented(file, node)) return void checkIndented(file, node);
    const isPython = /^(?:python|python3|py)$/i.test(node.lang ?? '');
    if (!isPython) checkOtherFence(file, node);
    const sample = isPython ? readSample(file, node) : undefined;
    checkEnd(file, node, sample);
    if (sample === undefined) return;
    // Some file systems make one folder of two names that differ in case alone.
    const twin = samples.find(({ name }) => name.toLowerCase() === sample.name.toLowerCase());
    if (twin !== undefined) {
      const how =
        twin.name === sample.name ? `named "${sample.name}"` : `whose names differ in case alone, "${twin.name}" and "${sample.name}"`;
      report(file, {
        rule: 'sample-twice',
        reason: `There are two samples ${how}; the first is on line ${twin.place?.start.line}`,
        hint: 'Give one of them another name.',
        place: sample.places['sample'],
      });
      return;
    }
    samples.push(sample);
    fences.push(node);
  });
  return { samples, fences };
}

/** A fence that gives itself a sample's name, and is none. */
function checkOtherFence(file: VFile, node: Code): void {
  const info = `${node.lang ?? ''} ${node.meta ?? ''}`;
  if (node.lang === null || node.lang === undefined || !/(?:^|[\s{,.])sample=\S/.test(info)) return;
  const glued = /^[{.]*py\w*[{,.]/i.test(info) || info.startsWith('{');
  report(file, {
    rule: 'sample-language',
    reason: glued
      ? `"${info.trim()}" is no language with attributes, so the fence never runs`
      : `The fence has a sample's name, but ${node.lang.startsWith('sample=') ? 'no language' : `its language is "${node.lang}"`}, so it never runs`,
    hint: 'Write the language, a blank, and the name, without braces or commas: ```python sample=before',
    place: node.position,
  });
}

/** A fence that is not closed has taken in all that follows, up to the end of the post or the next fence. */
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
    reason: `The fence is not closed before ${until}, and has taken in what stands between`,
    hint: `End the code with a line of ${opening} alone.`,
    place: start,
    level: sample === undefined ? 'warning' : 'error',
  });
}

/** Whether a sample's fence has taken in what follows, other samples perhaps. */
export function hasOpenFence(file: VFile): boolean {
  return file.messages.some(({ ruleId, fatal }) => ruleId === 'fence-open' && fatal === true);
}

/** Whether code is code because it is indented, and no fence. */
export function isIndented(file: VFile, node: Code): boolean {
  return !/^(?:`{3,}|~{3,})/.test(sourceOf(file, node));
}

/** A sample that is shown as it is, fence and all. */
function checkIndented(file: VFile, node: Code): void {
  const index = node.value.split('\n').findIndex((line) => /^\s*(?:`{3,}|~{3,})\s*py\w*\s.*\bsample=/.test(line));
  const start = node.position?.start;
  if (index === -1 || start === undefined) return;
  report(file, {
    rule: 'fence-form',
    reason: 'The fence is indented by four blanks or a tab, so it is shown as it is and never runs',
    hint: 'Begin it at the left, or below the first word of its list item.',
    place: { line: start.line + index, column: index === 0 ? start.column : 1 },
  });
}

/** A sample between backticks that make no fence. */
function checkInline(file: VFile, node: InlineCode): void {
  const source = sourceOf(file, node);
  if (!/^`+\s*(?:python3?|py)\s+sample=\S/i.test(source) || !(source.startsWith('```') || /[\r\n]/.test(source))) return;
  report(file, {
    rule: 'fence-form',
    reason: 'The sample stands between backticks that make no fence, so it never runs',
    hint: 'Write three backticks and its name in a line, the code below, and three backticks alone in the last line.',
    place: node.position,
  });
}
