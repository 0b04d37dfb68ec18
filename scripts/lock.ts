import { dirname, join } from 'node:path';
import { satisfies } from 'semver';
import { isShown } from '../src/capture/freshness.ts';
import { placeFile, type RecordOutline } from '../src/capture/store.ts';
import { runCommand } from '../src/cli/command.ts';
import { describeChanges, joinLocks, type ChosenFor } from '../src/cli/make-lock.ts';
import { choosePosts, chooseSample } from '../src/cli/plan.ts';
import { count, readProject, reportUnrunnable } from '../src/cli/project.ts';
import { printFindings, type Finding } from '../src/cli/report.ts';
import { root } from '../src/cli/root.ts';
import { readSources, sourceOptions } from '../src/cli/run-options.ts';
import { complain, say } from '../src/cli/terminal.ts';
import { lockName } from '../src/experiment/packages.ts';
import type { Sample } from '../src/experiment/sample.ts';
import { MachineError, UsageError, UserError } from '../src/experiment/user-error.ts';
import { lockPath } from '../src/post/lock-files.ts';
import { isLockOf, placeOfPackages, printLock } from '../src/post/lock.ts';
import { wheelsFolder } from '../src/run/packages/prepare.ts';
import { resolvePackages, type Chosen } from '../src/run/packages/resolve.ts';
import { chooseRuntimes, findDefault, findRuntimes, type Runtime } from '../src/run/runtime.ts';

await runCommand(
  {
    usage: 'lock [post…]',
    summary:
      'Choose versions of the packages that samples ask for by PEP 723, as wheels, and write them to content/locks/. ' +
      'Nothing of a package is installed or run.',
    options: {
      python: {
        type: 'string',
        value: '3.12|all|PATH',
        help: 'for which Python, beside those that the lock has; by default those and python3, with the newest versions',
      },
      sample: { type: 'string', value: 'NAME', help: 'only the samples of this name' },
      ...sourceOptions,
    },
  },
  async ({ words, options }) => {
    const { recorded, textFindings } = await readProject();
    const chosen = chooseSample(choosePosts(recorded, words), options.sample);
    const paths = new Set(chosen.map(({ post }) => post.path));
    // What is wrong with locks is what this mends.
    if (reportUnrunnable(textFindings.filter(({ file, rule }) => paths.has(file) && !rule.startsWith('lock-')))) return 1;
    const samples = chosen.flatMap((each) =>
      each.post.samples.filter(({ requires }) => requires.length > 0).map((sample) => ({ ...each, sample })),
    );
    if (samples.length === 0) {
      say('No sample here asks for packages. One does by lines of PEP 723 at the top of its code: # /// script');
      return 0;
    }
    const asked =
      options.python === undefined ? undefined : (await chooseRuntimes(options.python)).filter(({ kind }) => kind === 'cpython');
    if (asked?.length === 0) throw new UsageError('Pyodide has no packages of its own', 'It takes the pure ones of a lock for a CPython.');
    const given = readSources(options);
    const sources = { ...given, findLinks: [join(root, wheelsFolder), ...given.findLinks] };
    const refused: Finding[] = [];
    for (const { post, records, sample } of samples) {
      const path = lockPath(post.slug, sample.name);
      const { lock } = sample;
      const isSame = lock !== undefined && isLockOf(lock, sample);
      const runtimes = (asked ?? (await usualRuntimes(records, sample))).filter(({ version }) => satisfies(version, sample.python));
      if (runtimes.length === 0) {
        refused.push(finding(post.path, sample, undefined, `No Python here is ${sample.python}`, 'Choose another with --python.'));
        continue;
      }
      const found = new Map<string, ChosenFor>();
      for (const runtime of runtimes) {
        say(`${post.slug}/${sample.name} for ${runtime.id}: looking for ${sample.requires.join(', ')}`);
        // A further Python gets the versions that the others have, if it can.
        const pins = asked !== undefined && isSame ? lock.packages.map(({ name, version }) => `${name}==${version}`) : [];
        const folder = join(root, dirname(path));
        const constraints = [...sample.constraints, ...pins];
        const resolve = (within: readonly string[]) =>
          resolvePackages(runtime, sample.requires, within, sources, folder).catch((error: unknown) => {
            if (!(error instanceof UserError) || error instanceof MachineError) throw error;
            return { reason: error.message, hint: error.hint, name: undefined };
          });
        const pinned = await resolve(constraints);
        const result = isChosen(pinned) || pins.length === 0 ? pinned : await resolve(sample.constraints);
        if (isChosen(result)) found.set(lockName(runtime), { runtime, chosen: result });
        else refused.push(finding(post.path, sample, result.name, `${result.reason} (${runtime.id})`, result.hint));
      }
      if (found.size < new Set(runtimes.map(lockName)).size) continue;
      const joined = joinLocks(sample, [...found.values()], isSame ? lock : undefined);
      const text = printLock(joined);
      const changes = describeChanges(lock, joined);
      const isNew = lock === undefined || printLock(lock) !== text;
      if (isNew) await placeFile(root, path, text);
      const what = changes.length > 0 ? changes.join(', ') : `${count(joined.packages.length, 'package')} as before`;
      say(`${post.slug}/${sample.name}: ${what}, for Python ${joined.pythons.join(', ')}${isNew ? `, in ${path}` : ''}`);
    }
    if (refused.length === 0) return 0;
    printFindings(refused);
    complain(`\n${count(refused.length, 'lock')} could not be made, and nothing of them was written.`);
    return 1;
  },
);

/** The Pythons of a lock that is to be made anew: those that it has, or that have records, and the default one. */
async function usualRuntimes(records: readonly RecordOutline[], sample: Sample): Promise<readonly Runtime[]> {
  const here = (await findRuntimes()).filter(({ kind }) => kind === 'cpython');
  const measured = records.filter((record) => record.sample === sample.name && isShown(record, sample)).map(({ runtime }) => runtime);
  const usual = here.filter((runtime) => sample.lock?.pythons.includes(lockName(runtime)) === true || measured.includes(runtime.id));
  const standard = await findDefault();
  const first = [standard, ...here].find(({ kind, version }) => kind === 'cpython' && satisfies(version, sample.python));
  return usual.length > 0 || first === undefined ? usual : [first];
}

function isChosen(result: Awaited<ReturnType<typeof resolvePackages>>): result is readonly Chosen[] {
  return Array.isArray(result);
}

function finding(file: string, sample: Sample, name: string | undefined, reason: string, hint: string): Finding {
  const { line = 1, column = 1 } = placeOfPackages(sample, name) ?? {};
  return { file, line, column, level: 'error', rule: 'lock-refused', reason, hint };
}
