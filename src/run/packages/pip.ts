import { execa } from 'execa';
import { gte, coerce } from 'semver';
import { minorVersion, normalName } from '../../experiment/packages.ts';
import { MachineError, UserError } from '../../experiment/user-error.ts';
import { findRuntimes, type Runtime } from '../runtime.ts';

/** Where pip may look for wheels. */
export interface Sources {
  /** Folders of wheels, beside the index. */
  readonly findLinks: readonly string[];
  /** Whether only those folders count. */
  readonly offline: boolean;
}

/** The oldest pip that can resolve without installing, and say what it found (`--dry-run`, `--report`). */
const oldestPip = '22.2.0';

/** The folder in which a command is started comes first where Python looks for modules: nothing of a blog is to be one. */
const ownFolderAside = 'import sys; sys.path[:] = [folder for folder in sys.path if folder]';

/** Asks an interpreter for its pip: where it is installed, or the wheel that ensurepip would install. */
const question = `
${ownFolderAside}
import glob, importlib.util, os
found = importlib.util.find_spec("pip")
if found and found.origin:
    root = os.path.dirname(found.origin)
    with open(os.path.join(root, "__init__.py")) as file:
        print(os.path.dirname(root), *[line.split('"')[1] for line in file if line.startswith("__version__")])
else:
    import ensurepip
    for wheel in glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl")):
        print(wheel, os.path.basename(wheel).split("-")[1])
`;

/**
 * Starts pip, which need not belong to the interpreter that runs it, and keeps it from building anything: a package that is no
 * wheel would run code of its own, and a wheel may ask for one by its address, to which --only-binary does not apply.
 */
const start = `
${ownFolderAside}
from importlib.machinery import PathFinder

root = sys.argv.pop(1)

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, [root], target) if name == "pip" else None

sys.meta_path.insert(0, Finder)
from pip._internal.distributions.sdist import SourceDistribution
from pip._internal.exceptions import InstallationError
from pip._internal.req import constructors
from pip._internal.vcs.versioncontrol import VersionControl

def only_names(text, *args, **kwargs):
    if "://" in text.partition(";")[0]:
        raise InstallationError("only names: %s" % text)
    return from_text(text, *args, **kwargs)

from_text = constructors.install_req_from_req_string
constructors.install_req_from_req_string = only_names

def refuse(self, *args, **kwargs):
    raise InstallationError("only wheels: %s" % getattr(self, "req", "a repository"))

SourceDistribution.prepare_distribution_metadata = refuse
VersionControl.obtain = VersionControl.fetch_new = refuse
from pip._internal.cli.main import main
sys.exit(main(sys.argv[1:]))
`;

/** What a pip says that does not run on a Python. */
const cannotStart = /does not support python|^(?:Import|ModuleNotFound|Syntax|Attribute)Error/im;

const known = new Map<string, Promise<{ readonly root: string; readonly version: string } | undefined>>();

/** The pip of an interpreter. */
function ownPip(python: string) {
  const ask = async () => {
    const { stdout, failed } = await execa(python, ['-c', question], { reject: false, stdin: 'ignore', timeout: 20_000 });
    const [, root, version] = failed ? [] : (/^(.*) (\d\S*)$/m.exec(stdout) ?? []);
    return root === undefined || version === undefined ? undefined : { root, version };
  };
  const found = known.get(python) ?? ask();
  known.set(python, found);
  return found;
}

/** The result of a run of pip: what it printed. */
interface Answer {
  readonly output: string;
  readonly failed: boolean;
}

/**
 * Runs pip for an interpreter: its own, or else one of another Python here, as its successor does with `pip --python`. Errors:
 * UserError if there is none that is new enough, MachineError if the index cannot be reached.
 */
export async function runPip(
  { command: [python = ''], id, version: pythonVersion }: Runtime,
  args: readonly string[],
  { findLinks, offline }: Sources,
): Promise<Answer> {
  if (Number(minorVersion(pythonVersion).split('.')[1]) < 7)
    throw new UserError(
      `The first pip that can choose packages without installing them, 22.2, needs Python 3.7, and this is ${pythonVersion}`,
      'Choose a newer one with --python, and say so in the code: requires-python = ">=3.7"',
    );
  const others = (await findRuntimes()).filter(({ kind }) => kind === 'cpython').map(({ command }) => command[0] as string);
  const seen: string[] = [];
  const common = ['--no-input', '--disable-pip-version-check', '--only-binary', ':all:', '--retries', '2', '--timeout', '15', '-vv'];
  const places = [...(offline ? ['--no-index'] : []), ...findLinks.flatMap((folder) => ['--find-links', folder])];
  let last: Answer | undefined;
  let hasStarted = false;
  for (const owner of new Set([python, ...others])) {
    const pip = await ownPip(owner);
    if (pip === undefined) continue;
    seen.push(`${pip.version} of ${owner}`);
    if (!gte(coerce(pip.version) ?? '0.0.0', oldestPip)) continue;
    // What one pip reads of packages may be gone from a newer Python; it has two ways to read it.
    for (const env of [{}, { _PIP_USE_IMPORTLIB_METADATA: '0' }]) {
      const { all = '', failed } = await execa(python, ['-c', start, pip.root, ...args, ...common, ...places], {
        reject: false,
        all: true,
        stdin: 'ignore',
        env,
        maxBuffer: 50e6,
        timeout: 15 * 60_000,
      });
      last = { output: all, failed };
      hasStarted ||= !(failed && cannotStart.test(all));
      if (failed && (cannotStart.test(all) || /^ERROR: Exception:/m.test(all))) continue;
      if (
        failed &&
        /NewConnectionError|Name or service not known|name resolution|Connection refused|timed out|ProxyError|SSLError/.test(all)
      )
        throw new MachineError(
          'pip could not reach its index',
          'Try again with a network, or name a folder that holds the wheels: --find-links DIR --offline',
        );
      return last;
    }
  }
  if (last !== undefined && hasStarted) return last;
  throw new UserError(
    `There is no pip that could find packages for ${id}`,
    seen.length === 0
      ? `Install it: ${python} -m ensurepip`
      : `It takes pip 22.2 or later, and here are ${seen.join(', ')}: ${python} -m pip install --upgrade pip`,
  );
}

/** Why packages cannot be had, in a sentence, what to do, and the package that it is about, if that is known. */
export interface Refusal {
  readonly reason: string;
  readonly hint: string;
  readonly name?: string | undefined;
}

/** Why pip found nothing that fits, in a sentence, what to do, and the package that it is about, if that is known. */
export function explainPip(output: string): Refusal {
  const say = (reason: string, hint: string, name?: string) => ({ reason, hint, name });
  const address = /only names: (.+?)(?: from | \(from |\n)/.exec(output)?.[1];
  if (address !== undefined)
    return say(
      `A package asks for another one by its address, and not by its name: ${address}`,
      'Only wheels of an index or of a folder are taken. Choose another version of what asks for it.',
    );
  const built = /only wheels: (.+?)(?: from | \(from |\n)/.exec(output)?.[1];
  if (built !== undefined)
    return say(
      `${built} is no wheel: it would have to be built, which runs its code`,
      'Only wheels are taken. Choose a version that has one, or build one and name its folder: --find-links DIR',
    );
  const cause = /The conflict is caused by:\n((?: {4}.*\n)+)/.exec(output)?.[1];
  if (cause !== undefined) {
    const parts = cause
      .split('\n')
      .map((line) =>
        line.trim().replace('The user requested (constraint)', 'packages= asks for').replace('The user requested', 'the sample asks for'),
      );
    // What is asked of one package alone, which no version meets, is a conflict to pip, too.
    const asked = parts.filter(Boolean).map((part) => /^(?:the sample|packages=) asks for ([\w.-]+)(?:\[[^\]]*\])?(.*)$/.exec(part));
    const name = asked[0]?.[1];
    if (name !== undefined && asked.every((match) => match !== null && normalName(match[1] ?? '') === normalName(name)))
      return explainNone(
        name,
        asked.map((match) => match?.[2] ?? ''),
        output,
      );
    return say(`No versions fit together: ${parts.filter(Boolean).join('; ')}`, 'Loosen one of them, in the code or in packages=.');
  }
  const other = /Package '?([\w.-]+)'? requires a different Python: (\S+) not in '([^']*)'/.exec(output);
  if (other !== null)
    return say(
      `${other[1]} is for Python ${other[3]}, and this is ${other[2]}`,
      'Choose another version, or another Python with --python.',
      other[1],
    );
  const bad = /Ignoring version (\S+) of (\S+) since it has invalid metadata/.exec(output);
  if (bad !== null)
    return say(`${bad[2]} ${bad[1]} says what it needs in a way that pip cannot read`, 'Choose another version of it.', bad[2]);
  const name = /No matching distribution found for ([\w.-]+)/.exec(output)?.[1];
  if (name !== undefined) {
    const [, wanted = '', asker] = /satisfies the requirement [\w.-]+(?:\[[^\]]*\])?([^\n(]*?) \(from (?:([\w.-]+)\))?/.exec(output) ?? [];
    return explainNone(name, [wanted], output, asker === undefined || asker === 'versions' ? '' : `, which ${asker} asks for,`);
  }
  const errors = output.split('\n').filter((line) => line.startsWith('ERROR: ') && !/^ERROR: Exception:\s*$/.test(line));
  const raised = output.split('\n').findLast((line) => /^[\w.]+: \S/.test(line));
  return say(
    `pip says: ${errors.at(-1)?.slice(7) ?? raised ?? output.trim().split('\n').at(-1) ?? 'nothing'}`,
    'Correct what it asks for.',
  );
}

const inOrder = new Intl.Collator('en', { numeric: true }).compare;

/** Why no version of a package is what is asked of it, as pip's output tells: the first reason that it gives for those it passed over. */
function explainNone(name: string, asked: readonly string[], output: string, asker = ''): Refusal {
  const say = (reason: string, hint: string) => ({ reason, hint, name });
  const isOwn = (line: string) => normalName(/([^/]*)$/.exec(line)?.[1] ?? '').startsWith(`${normalName(name)}-`);
  const lines = output.split('\n');
  const found = lines.flatMap((line) => {
    const [, link = '', version] = /Found link (\S+).*, version: (\S+)/.exec(line) ?? [];
    return version !== undefined && isOwn(link) ? [version] : [];
  });
  const told = /from versions: ([^)]*)\)/.exec(output)?.[1]?.split(', ') ?? [];
  const versions = [...new Set([...found.toSorted(inOrder), ...told.filter((version) => version !== 'none')])];
  const bounds = [...new Set(asked.flatMap((each) => each.split(',')).map((each) => each.trim()))].filter(Boolean);
  // What packages= says is not always told.
  const wanted = bounds.length > 1 ? bounds.join(' and ') : bounds.length === 1 ? `${name}${bounds[0]}` : 'what is asked for';
  if (versions.length > 0)
    return say(
      `No version of ${name}${asker} is ${wanted}: there are ${lastOf(versions)}`,
      bounds.length === 1 ? 'Ask for one of them.' : 'Ask for one of them, in the code and in packages= alike.',
    );
  const own = lines.filter((line) => /^ *(?:Skipping|Skipped) link|^ *Link requires/.test(line) && isOwn(line));
  const python = own.map((line) => /requires a different Python \((\S+) not in: '([^']*)'\)/.exec(line)).find((match) => match !== null);
  if (python) return say(`${name}${asker} is for Python ${python[2]}, and this is ${python[1]}`, 'Choose another Python with --python.');
  const tags = own.map((line) => /none of the wheel's tags \(([^)]*)\)/.exec(line)?.[1]).find((match) => match !== undefined);
  if (tags !== undefined)
    return say(`${name}${asker} has wheels for other Pythons or systems alone: ${tags}`, 'Choose another Python with --python.');
  if (own.some((line) => line.includes('No sources permitted')))
    return say(
      `${name}${asker} is there as source alone, which would have to be built: that runs its code`,
      'Only wheels are taken. Build one and name its folder: --find-links DIR',
    );
  return say(`There is no package ${name}${asker} where pip looks`, 'Check its name; or name a folder that has it: --find-links DIR');
}

function lastOf(versions: readonly string[]): string {
  return versions.length > 8 ? `… ${versions.slice(-8).join(', ')}` : versions.join(', ');
}
