import type { Code } from 'mdast';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report } from '../../experiment/finding.ts';
import type { Sample, SampleFile } from '../../experiment/sample.ts';
import type { Attribute } from './attributes.ts';
import { isDeviceName } from './device-name.ts';
import { reportSyntax } from './program.ts';
import { fenceAttributes, type WrittenSample } from './read-sample.ts';
import { standardModules } from './standard-modules.ts';
import { findSyntaxFault } from './syntax-fault.ts';

/** A fence with `file="…"`: a file that samples have beside them. */
export interface FileFence extends SampleFile {
  readonly node: Code;
  readonly place: Attribute['place'];
}

/** A plain name, or a path of such names below the folder of the sample. */
const path = /^(?:[A-Za-z0-9_][\w.-]{0,96}\/){0,4}[A-Za-z0-9_][\w.-]{0,96}$/;

/** Reads a fence of a file; undefined if it is none, or its name cannot be used. */
export function readFileFence(file: VFile, node: Code, others: readonly FileFence[]): FileFence | undefined {
  if (!/\bfile=/.test(node.meta ?? '')) return undefined;
  const { attributes, unknown } = fenceAttributes(file, node);
  const named = attributes.find(({ key }) => key === 'file');
  if (named === undefined) return undefined;
  const { value: name, place } = named;
  const say = (reason: string, hint: string) => void report(file, { rule: 'file-fence', reason, hint, place });
  if (attributes.some(({ key }) => key === 'sample'))
    return say('A fence is a sample or a file, not both', `A sample has the name of its file in title: title=${name}`);
  if (!path.test(name) || name.split('/').some(isDeviceName))
    return say(
      `file="${name}" is no name of a file beside a sample`,
      'Write a plain name, or a path below its folder: file="data.csv", file="shop/cart.py"',
    );
  if (/(?:^|\/)(?:site|user)customize\.py$/.test(name)) return say('Python loads a file of that name by itself', 'Give it another one.');
  const clash = others.map((other) => ({ other, reason: clashOf(other.name, name) })).find(({ reason }) => reason !== undefined);
  // Samples that have it beside them are not told that it is not there.
  if (clash !== undefined) say(`${clash.reason}; the first is on line ${clash.other.place.start.line}`, 'Give one of them another name.');
  const idle = [...unknown, ...attributes.filter((each) => each !== named).map((each) => ({ ...each, text: `${each.key}=${each.value}` }))];
  for (const { text, place } of idle)
    report(file, {
      rule: 'file-fence',
      reason: `${text} says nothing of the file "${name}"`,
      hint: 'Remove it: a file has its name alone. What a run is to be like stands at the sample that has it in files=.',
      place,
      level: 'warning',
    });
  const top = name.split('/')[0]?.replace(/\.py$/, '') ?? '';
  if (name.endsWith('.py') && standardModules.has(top))
    report(file, {
      rule: 'file-fence',
      reason: `${name} has the name of a standard module, and may be loaded in its place`,
      hint: 'Give the file another name.',
      place,
      level: 'warning',
    });
  const fault = name.endsWith('.py') ? findSyntaxFault(`${node.value}\n`) : undefined;
  if (fault !== undefined) reportSyntax(file, { place: node.position }, fault);
  return { name, text: node.value === '' ? '' : `${node.value}\n`, node, place };
}

/** Why two paths cannot be side by side, on any file system; undefined if they can. */
function clashOf(first: string, second: string): string | undefined {
  if (first === second) return `There are two files "${first}"`;
  const [some, others] = [first.split('/'), second.split('/')];
  const shared = some.findIndex((part, index) => part.toLowerCase() !== others[index]?.toLowerCase());
  const length = shared === -1 ? some.length : shared;
  const isOdd = some.slice(0, length).join('/') !== others.slice(0, length).join('/');
  if (length === some.length || length === others.length)
    return some.length === others.length
      ? `"${first}" and "${second}" are one file where case does not count`
      : `"${length === some.length ? first : second}" cannot be both a file and the folder of "${length === some.length ? second : first}"`;
  return isOdd ? `The folders of "${first}" and "${second}" are one where case does not count` : undefined;
}

/** The files that a sample asks for by name. */
export function findFiles(
  file: VFile,
  asked: Attribute | undefined,
  files: readonly FileFence[],
  { sample, files: own }: WrittenSample,
): readonly SampleFile[] {
  const names = [...new Set(asked?.value.split(/\s+/).filter(Boolean))];
  return names.flatMap((name) => {
    const found = files.find((other) => other.name === name);
    const place = own?.place ?? sample.places['title'] ?? sample.places['sample'];
    if (found === undefined) {
      const known = files.map((other) => other.name);
      // What a sample takes over from another one is told there.
      if (own !== undefined)
        report(file, {
          rule: 'sample-files',
          reason: `The post has no file "${name}".${didYouMean(name, known)}`,
          hint: `Give it a fence of its own, ${'```'}text file="${name}". Files of the post: ${known.join(', ') || 'none'}.`,
          place,
        });
      return [];
    }
    const clash = clashOf(sample.title, name);
    if (clash !== undefined && (own !== undefined || sample.places['title'] !== undefined)) {
      const reason = name === sample.title ? `The file "${name}" has the name under which the sample itself runs` : clash;
      report(file, { rule: 'sample-files', reason, hint: 'Give one of them another name; that of the sample is its title.', place });
    }
    return [{ name: found.name, text: found.text }];
  });
}

/** Reports files that no sample has beside it. */
export function checkUnused(file: VFile, files: readonly FileFence[], samples: readonly Sample[]): void {
  for (const { name, place } of files) {
    if (samples.some((sample) => sample.files.some((other) => other.name === name))) continue;
    report(file, {
      rule: 'file-unused',
      reason: `No sample has the file "${name}" beside it`,
      hint: `Name it in a sample: files="${name}"; if it is only to be shown, write title= in place of file=.`,
      place,
      level: 'warning',
    });
  }
}
