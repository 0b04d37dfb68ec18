import { UserError } from '../experiment/user-error.ts';

/** What npm's lock file says of a package. */
interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** Licences that let Leaklog, and a site that it makes, be used and passed on freely; those of the last group by linking alone. */
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

/** Packages whose own files say what their package.json does not. */
const told: Readonly<Record<string, string>> = { format: 'MIT' };

/** The list of packages by licence, as Markdown. Error: a package whose licence is not one of the allowed. */
export function describeLicences({ packages }: { readonly packages: Readonly<Record<string, Locked>> }): string {
  const rows = Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { version = '', license, dev }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      return { name, version, licence: license ?? told[name] ?? 'unknown', dev: dev === true };
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
