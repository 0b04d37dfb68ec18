import { minorVersion } from '../../experiment/packages.ts';
import type { Runtime } from '../runtime.ts';

/** Machine names of wheels for those of Node. */
const machines: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i686',
  arm: 'armv7l',
  ppc64: 'ppc64le',
  s390x: 's390x',
};

/**
 * Whether a wheel is for a Python on this system, by its file name (the compatibility tags of PEP 425). Where a platform has
 * versions, as `manylinux_2_28`, it is pip that held them against the system when it made the lock.
 */
export function fits(wheel: string, runtime: Pick<Runtime, 'id' | 'kind' | 'version'>): boolean {
  const [platforms = '', abis = '', pythons = ''] = wheel
    .replace(/\.whl$/, '')
    .split('-')
    .toReversed();
  const minor = Number(minorVersion(runtime.version).split('.')[1]);
  const threaded = runtime.id.endsWith('t') ? 't' : '';
  const isPython = pythons.split('.').some((tag) => {
    const [, kind, number = ''] = /^(py|cp)3(\d*)$/.exec(tag) ?? [];
    if (kind === 'py') return number === '' || Number(number) <= minor;
    if (kind !== 'cp' || number === '') return false;
    return Number(number) === minor || (Number(number) < minor && abis.split('.').includes('abi3') && threaded === '');
  });
  const isAbi = abis
    .split('.')
    .some(
      (abi) =>
        abi === 'none' || (abi === 'abi3' && threaded === '') || abi === `cp3${minor}${threaded}` || (minor < 8 && abi === `cp3${minor}m`),
    );
  return isPython && isAbi && platforms.split('.').some((platform) => isPlatform(platform, runtime));
}

function isPlatform(platform: string, { kind }: Pick<Runtime, 'kind'>): boolean {
  if (platform === 'any') return true;
  if (kind === 'pyodide') return false;
  const machine = machines[process.arch] ?? process.arch;
  if (process.platform === 'darwin')
    return (
      platform.startsWith('macosx_') &&
      (platform.endsWith('_universal2') || platform.endsWith(machine === 'aarch64' ? '_arm64' : `_${machine}`))
    );
  if (process.platform === 'linux') return /^(?:many|musl)?linux/.test(platform) && platform.endsWith(`_${machine}`);
  return platform === (process.arch === 'arm64' ? 'win_arm64' : 'win_amd64');
}
