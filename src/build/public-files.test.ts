import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findPublicFaults } from './public-files.ts';

const root = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
after(() => rmSync(root, { recursive: true }));

test('a link out of public/ is an error, one inside is not, and neither is a project without that folder', () => {
  assert.deepEqual(findPublicFaults(root), []);
  mkdirSync(join(root, 'public/a'), { recursive: true });
  writeFileSync(join(root, 'public/a/x.png'), '');
  symlinkSync('a/x.png', join(root, 'public/inside.png'));
  symlinkSync('/proc/self/environ', join(root, 'public/a/secret.txt'));
  symlinkSync('..', join(root, 'public/up'));
  symlinkSync('/nowhere', join(root, 'public/dead'));
  assert.deepEqual(
    findPublicFaults(root)
      .map(({ file, rule }) => `${file} ${rule}`)
      .toSorted(),
    ['public/a/secret.txt public-link', 'public/dead public-link', 'public/up public-link'],
  );
});

test('a public/ that is a link itself is an error', () => {
  rmSync(join(root, 'public'), { recursive: true });
  symlinkSync('/etc', join(root, 'public'));
  assert.deepEqual(
    findPublicFaults(root)
      .map(({ file }) => file)
      .includes('public'),
    true,
  );
});

test('what would replace a part of the site, may run scripts or is not a file is reported', { skip: process.platform === 'win32' }, () => {
  const own = mkdtempSync(join(tmpdir(), 'leaklog-test-'));
  const write = (path: string | Buffer, text = '') => {
    const whole = Buffer.concat([Buffer.from(`${own}/`), Buffer.from(path)]);
    mkdirSync(whole.subarray(0, whole.lastIndexOf('/')), { recursive: true });
    writeFileSync(whole, text);
  };
  for (const page of [
    'index.astro',
    '404.astro',
    'feed.xml.ts',
    'robots.txt.ts',
    'archive.astro',
    '[page].astro',
    'posts/x.astro',
    'tags/x.astro',
  ])
    write(`src/site/pages/${page}`);
  write('content/pages/manual.md');
  const taken = [
    'index.html',
    'FEED.xml',
    '404.html',
    'robots.txt',
    'archive/x.png',
    'posts/a/x.png',
    'tags/x.png',
    'manual/x.png',
    'pagefind/x.png',
    '_astro/x.png',
  ];
  const runs = ['a.html', 'b/c.HTM', 'd.xml', 'e.js', 'f.mjs', 'g.svgz', 'h.xhtml'];
  const orders = ['CNAME', '_headers', 'b/.htaccess'];
  for (const path of [...taken, ...runs, ...orders, 'x.png', 'index.htm.png', 'b/index.pdf', 'b/posts/x.png', 'ü.png'])
    write(`public/${path}`);
  const drawing = (inner: string) => `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`;
  write('public/still.svg', drawing('<title>still</title><path d="M0,0"/>'));
  const moving = [
    '<script>x</script>',
    '<path onload="x"/>',
    '<a href="javascript:x"/>',
    '<foreignObject/>',
    '<!ENTITY x "y">',
    '&#106;',
    '<image href="data:image/svg+xml,x"/>',
  ];
  for (const [index, inner] of moving.entries()) write(`public/moving-${index}.svg`, drawing(inner));
  write(Buffer.from('public/\xff.png', 'latin1'));
  execFileSync('mkfifo', [join(own, 'public/pipe'), join(own, 'public/b/pipe.png')]);
  symlinkSync('../pipe', join(own, 'public/b/to-pipe'));
  symlinkSync('b', join(own, 'public/again'));
  const found = findPublicFaults(own).map(({ file, rule, level }) => `${level} ${rule} ${file.replace('public/', '')}`);
  const wanted = [
    ...taken.map((path) => `error public-own ${path.split('/')[0]}`),
    ...['FEED.xml', 'index.html', '404.html', ...runs, ...moving.map((_, index) => `moving-${index}.svg`)].map(
      (path) => `warning public-script ${path}`,
    ),
    ...orders.map((path) => `warning public-host ${path}`),
    'error public-name \ufffd.png',
    'error public-kind pipe',
    'error public-kind b/pipe.png',
    'error public-kind b/to-pipe',
  ];
  assert.deepEqual(found.toSorted(), wanted.toSorted());
  rmSync(own, { recursive: true });
});
