import { execa } from 'execa';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Creates lib/, the contents of the package; npm runs this before packing. Node does not strip types in node_modules, so the
// TypeScript is compiled; Astro components only get the new names of the files that they import.

const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');
rmSync(lib, { recursive: true, force: true });
mkdirSync(lib);
writeFileSync(
  join(lib, 'tsconfig.json'),
  JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: { noEmit: false, outDir: '.', rootDir: '..', declaration: true, rewriteRelativeImportExtensions: true },
    include: ['../src/**/*.ts', '../scripts/*.ts'],
    exclude: [
      '../src/**/*.test.ts',
      '../src/**/*.hard.ts',
      '../src/**/fixtures/**',
      '../src/bench/**',
      ...['bench', 'licences', 'prepack'].map((name) => `../scripts/${name}.ts`),
    ],
  }),
);
await execa('tsc', ['-p', lib], { cwd: root, preferLocal: true, stdio: 'inherit' });
rmSync(join(lib, 'tsconfig.json'));
for (const path of globSync('src/**/*.{astro,css,py,svg,d.ts,md,json}', {
  cwd: root,
  exclude: (name) => /^src\/(?:bench|manual\/(?:node_modules|dist.*|\.astro)|verdict\/(?:corpus|fixtures)|.*\/fixtures)(?:\/|$)/.test(name),
})) {
  const target = join(lib, path);
  mkdirSync(dirname(target), { recursive: true });
  if (!path.endsWith('.astro')) cpSync(join(root, path), target);
  else
    writeFileSync(
      target,
      readFileSync(join(root, path), 'utf8').replaceAll(/(from |import |src=)(['"])(\.\.?\/[^'"]*)\.ts\2/g, '$1$2$3.js$2'),
    );
}
