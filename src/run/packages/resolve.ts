import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { normalName, type Wheel } from '../../experiment/packages.ts';
import { MachineError } from '../../experiment/user-error.ts';
import { requiredName } from '../../post/fences/requirement.ts';
import { ownMark } from '../owner.ts';
import type { Runtime } from '../runtime.ts';
import { explainPip, runPip, type Refusal, type Sources } from './pip.ts';

/** A package that was chosen, and the one wheel of it that fits. */
export interface Chosen {
  readonly name: string;
  readonly version: string;
  readonly wheel: Wheel;
}

/** pip's installation report (https://pip.pypa.io/en/stable/reference/installation-report/), as far as it is needed. */
const report = z.object({
  install: z.array(
    z.object({
      download_info: z.object({
        url: z.string(),
        archive_info: z.object({ hash: z.string().optional(), hashes: z.object({ sha256: z.string() }).partial().optional() }),
      }),
      metadata: z.object({ name: z.string(), version: z.string() }),
    }),
  ),
});

/**
 * Chooses versions of all packages that these requirements need on a Python, as wheels, without installing or running any of them.
 * `lockFolder` is where the lock file is, absolute. Errors: those of `runPip`.
 */
export async function resolvePackages(
  runtime: Runtime,
  requires: readonly string[],
  constraints: readonly string[],
  sources: Sources,
  lockFolder: string,
): Promise<readonly Chosen[] | Refusal> {
  const odd = [...requires, ...constraints].find((line) => requiredName(line) === undefined);
  if (odd !== undefined) return { reason: `${JSON.stringify(odd)} is no requirement that can be locked`, hint: 'Correct it.' };
  const folder = await mkdtemp(join(tmpdir(), `leaklog-${ownMark}-`));
  try {
    const [asked, bounds, told] = ['requires.txt', 'constraints.txt', 'report.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(asked, requires.map((line) => `${line}\n`).join(''));
    await writeFile(bounds, constraints.map((line) => `${line}\n`).join(''));
    const target = ['--ignore-installed', '--target', join(folder, 'target')];
    const { output, failed } = await runPip(
      runtime,
      ['install', '--dry-run', ...target, '--report', told, '-r', asked, '-c', bounds],
      sources,
    );
    if (failed) return explainPip(output.replaceAll(`-r ${asked}`, 'the sample').replaceAll(folder, ''));
    const { install } = report.parse(JSON.parse(await readFile(told, 'utf8')));
    return install.map(
      ({
        download_info: {
          url,
          archive_info: { hash, hashes },
        },
        metadata,
      }) => {
        const sha256 = hashes?.sha256 ?? /^sha256=([0-9a-f]{64})$/.exec(hash ?? '')?.[1];
        if (sha256 === undefined) throw new MachineError(`pip gave no SHA-256 of ${metadata.name}`, `It is at ${url}`);
        const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
        return { name: normalName(metadata.name), version: metadata.version, wheel: { name, sha256, ...placeOf(url, name, lockFolder) } };
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a wheel is: its address, without secrets; or its path from the lock, if it lies within two folders of it; or only its name. */
function placeOf(url: string, name: string, lockFolder: string): Pick<Wheel, 'url' | 'path'> {
  const address = new URL(url);
  if (address.protocol !== 'file:') {
    Object.assign(address, { username: '', password: '', search: '', hash: '' });
    return { url: address.href };
  }
  const path = relative(lockFolder, fileURLToPath(address)).split(sep).join('/');
  return { path: path.startsWith('../../../../') || /^(?:[A-Za-z]:|\/)/.test(path) ? name : path };
}
