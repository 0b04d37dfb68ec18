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
  const { attributes } = fenceAttributes(file, node);
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
  const twice = others.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (twice !== undefined)
    return say(`There are two files "${name}"; the first is on line ${twice.place.start.line}`, 'Give one of them another name.');
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
    if (own !== undefined && (found === undefined || found.name.split('/').at(-1) === sample.title)) {
      const known = files.map((other) => other.name);
      report(file, {
        rule: 'sample-files',
        reason:
          found === undefined
            ? `The post has no file "${name}".${didYouMean(name, known)}`
            : `The file "${name}" has the name under which the sample itself runs`,
        hint:
          found === undefined
            ? `Give it a fence of its own, ${'```'}text file="${name}". Files of the post: ${known.join(', ') || 'none'}.`
            : 'Give one of them another name; that of the sample is its title.',
        place: own.place,
      });
      return [];
    }
    return found === undefined ? [] : [{ name: found.name, text: found.text }];
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
