import { UserError } from '../experiment/user-error.ts';

/** A package in npm's lock file. */
interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** Licences under which Leaklog and its sites may be used and passed on freely; the LGPL only because its packages are linked. */
const allowed = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'LGPL-3.0-or-later',
];

/** Licences of packages that state them in other files than package.json. */
const knownLicences: Readonly<Record<string, string>> = { format: 'MIT' };

/** Lists the packages by licence, as Markdown. Throws a UserError if a package's licence is not one of those allowed. */
export function describeLicences({ packages }: { readonly packages: Readonly<Record<string, Locked>> }): string {
  const rows = Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { version = '', license, dev }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      return { name, version, licence: license ?? knownLicences[name] ?? 'unknown', dev: dev === true };
    });
  for (const { name, licence } of rows) {
    if (licence.split(' AND ').every((part) => allowed.includes(part))) continue;
    throw new UserError(
      `The licence of ${name}, ${licence}, is not one of those that are allowed`,
      'Read it; then allow it in src/cli/licences.ts, or do without the package.',
    );
  }
  const list = (dev: boolean) => {
    const groups = Map.groupBy(
      rows.filter((row) => row.dev === dev),
      ({ licence }) => licence,
    );
    return [...groups]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([licence, group]) => {
        const names = [...new Set(group.map(({ name, version }) => `${name} ${version}`))].toSorted();
        return `### ${licence}\n\n${names.join(', ')}.\n`;
      })
      .join('\n');
  };
  const intro = 'Made from package-lock.json by `node scripts/licences.ts`. Packages for other systems are listed, too.';
  return `# Licences\n\n${intro}\n\n## To build a site\n\n${list(false)}\n## To work on Leaklog\n\n${list(true)}`;
}
