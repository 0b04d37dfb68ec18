import assert from 'node:assert/strict';
import { test } from 'node:test';
import { satisfies } from 'semver';
import { VFile } from 'vfile';
import { findingsOf } from '../experiment/finding.ts';
import { lockedFor } from '../experiment/packages.ts';
import { printLock, readLock } from './lock.ts';
import { parsePost } from './post.ts';

const front = '---\ntitle: a\ndate: 2024-01-01\n---\n\n';
const script = (dependencies: string, more = '') => `# /// script\n# dependencies = [${dependencies}]\n${more}# ///\nimport ledger\n`;
const wheel = { name: 'ledger-1.0-py3-none-any.whl', path: 'ledger-1.0-py3-none-any.whl', sha256: 'a'.repeat(64) };
const lock = {
  requires: ['ledger'],
  constraints: ['ledger==1.0'],
  pythons: ['3.8', '3.11'],
  packages: [
    { name: 'ledger', version: '1.0', pythons: ['3.8', '3.11'], wheels: [wheel] },
    {
      name: 'typing-extensions',
      version: '4.1',
      pythons: ['3.8'],
      wheels: [{ ...wheel, name: 'typing_extensions-4.1-py3-none-any.whl', path: 'x' }],
    },
  ],
};

function parse(body: string, locks: Readonly<Record<string, string>> = {}) {
  const files = Object.entries(locks).map(([sample, text]) => ({
    sample,
    path: `content/locks/a/pylock.${sample}.toml`,
    read: Buffer.from(text),
  }));
  const { file, samples } = parsePost(new VFile({ path: '2024-01-01-a.md', value: front + body }), files);
  return { samples, findings: findingsOf(file).map(({ line, column, rule, reason }) => `${line}:${column} ${rule} ${reason}`) };
}

test('a lock file is read as it was printed, and its packages belong to the Pythons that its markers name', () => {
  const read = readLock('p', printLock(lock));
  assert.deepEqual(read, { path: 'p', ...lock, packages: lock.packages.map((item) => ({ ...item, wheels: item.wheels })) });
  assert.ok(!('reason' in read));
  assert.deepEqual(
    lockedFor(read, { kind: 'cpython', version: '3.8.2', collector: 'generational' })?.map(({ name }) => name),
    ['ledger', 'typing-extensions'],
  );
  assert.deepEqual(
    lockedFor(read, { kind: 'cpython', version: '3.11.2', collector: 'generational' })?.map(({ name }) => name),
    ['ledger'],
  );
  assert.equal(lockedFor(read, { kind: 'cpython', version: '3.12.2', collector: 'generational' }), undefined);
});

test('a lock file with anything that Leaklog does not write is refused, with its line if it is no TOML', () => {
  const text = printLock(lock);
  const reason = (text: string) => {
    const read = readLock('p', text);
    return 'reason' in read ? `${read.line} ${read.reason}` : undefined;
  };
  assert.match(reason(text.replace('\nversion = "1.0"', '\nversion = ')) ?? '', /^7 it is no TOML/);
  assert.match(
    reason(text.replaceAll(wheel.name, '../../evil-1.0-py3-none-any.whl')) ?? '',
    /wheels\.0\.name: it is not the name of a wheel/,
  );
  assert.match(reason(text.replace("python_version == '3.8'", "sys_platform == 'linux'")) ?? '', /marker/);
  assert.match(reason(text.replace('a'.repeat(64), 'a')) ?? '', /sha256/);
  const [start, end] = [text.indexOf('[[packages]]'), text.indexOf('[[packages]]', text.indexOf('[[packages]]') + 1)];
  assert.equal(
    reason(text.slice(0, start) + text.slice(start, end).replace('"1.0"', '"1.1"') + text.slice(start)),
    '1 it has ledger twice for Python 3.8',
  );
});

test('what a sample asks for by PEP 723 is read, and its Pythons narrow those of its fence', () => {
  const { samples, findings } = parse(
    `\`\`\`python sample=before packages="ledger==1.0 rich>=3,<5" python="<3.12 || 3.13"\n` +
      `${script('"ledger", "Rich[all] >= 2; python_version > \'3\'"', '# requires-python = ">=3.8,<4"\n')}\`\`\`\n`,
  );
  const [sample] = samples;
  assert.deepEqual(sample?.requires, ['ledger', "Rich[all] >= 2; python_version > '3'"]);
  assert.deepEqual(sample?.constraints, ['ledger==1.0', 'rich>=3,<5']);
  assert.equal(sample?.python, '<4.0.0 >=3.8.0 <3.12 || <4.0.0 >=3.8.0 3.13');
  assert.deepEqual(findings, []);
});

test('metadata that cannot be locked are told at their place', () => {
  const first = (code: string) => parse(`\`\`\`python sample=a\n${code}\`\`\`\n`).findings;
  assert.deepEqual(first(script('"ledger @ https://x.example/a.tar.gz"')), [
    '8:20 sample-metadata "ledger @ https://x.example/a.tar.gz" is no requirement that can be locked',
  ]);
  assert.match(
    first(script('"ledger"').replace('["ledger"]', '["ledger"')).join(),
    /^[89]:\d+ sample-metadata The script’s metadata are no TOML/,
  );
  assert.match(first(script('"--index-url=x"')).join(), /^8:20 sample-metadata/);
  assert.match(first('# /// script\n# dependencies = []\nprint(1)\n').join(), /^7:1 sample-metadata The script’s metadata do not end/);
  assert.match(first('#/// script\n# ///\nprint(1)\n').join(), /^7:1 sample-metadata The script’s metadata begin otherwise/);
  assert.match(first(script('', '# requires-python = "^3.9"\n')).join(), /requires-python cannot be read/);
  assert.match(parse('```python sample=a packages="ledger==1.0"\nprint(1)\n```\n').findings.join(), /^6:20 sample-packages/);
});

test('a lock that was made for something else, or for no sample, is told', () => {
  const body = `\`\`\`python sample=a packages=ledger==1.1\n${script('"ledger"')}\`\`\`\n`;
  assert.deepEqual(parse(body, { a: printLock(lock) }).findings, [
    '6:20 lock-stale The lock file of "a" was made for something else: packages= says ledger==1.1 now, and it was ledger==1.0',
  ]);
  const fit = parse(body.replace('1.1', '1.0'), { a: printLock(lock), b: printLock(lock) });
  assert.deepEqual(fit.findings, ['1:1 lock-unused content/locks/a/pylock.b.toml is of no sample that asks for packages']);
  assert.equal(fit.samples[0]?.lock?.packages.length, 2);
  assert.match(
    parse(body, { a: 'lock-version = ' }).findings.join(),
    /lock-damaged The lock file content\/locks\/a\/pylock\.a\.toml:1 cannot be read/,
  );
});

test('a constraint on a package that nothing takes is told once, where it is written', () => {
  const body =
    `\`\`\`python sample=a packages="ledger==1.0 typing_extensions<5 legder==2"\n${script('"ledger"')}\`\`\`\n` +
    '```python sample=b same=a args=1\n```\n';
  const text = printLock({ ...lock, constraints: ['ledger==1.0', 'typing_extensions<5', 'legder==2'] });
  assert.deepEqual(parse(body, { a: text, b: text }).findings, [
    '6:20 constraint-unused packages= says legder==2, and nothing that "a" takes is called legder. Did you mean "ledger"?',
  ]);
});

test('a sample with the code of another one takes its settings, but for its own and for what is claimed', () => {
  const { samples, findings } = parse(
    '```python sample=before title=shop.py args="-n 3" expect=leak fix="None." axis=i timeout=5s\nfor i in range(9):\n    print(i)\n```\n' +
      '```python sample=after same=before args="-n 4" python=">=3.9"\n```\n',
  );
  assert.deepEqual(findings, []);
  const [before, after] = samples;
  assert.deepEqual(
    [after?.code, after?.title, after?.args, after?.timeoutMs, after?.axis, after?.python, after?.expect, after?.fix],
    [before?.code, 'shop.py', ['-n', '4'], 5000, 'i', '>=3.9', undefined, undefined],
  );
  assert.equal(after?.place, before?.place);
});

test('a sample cannot share code that is not there, nor have some itself', () => {
  const findings = (attributes: string, code = '') =>
    parse(`\`\`\`python sample=before\nprint(1)\n\`\`\`\n\`\`\`python sample=after ${attributes}\n${code}\`\`\`\n`).findings.join();
  assert.match(findings('same=befor'), /^9:24 sample-same There is no sample "befor"\. Did you mean "before"\?/);
  assert.match(findings('same=after'), /^9:24 sample-same "after" has no code of its own/);
  assert.match(findings('same=before', 'print(2)\n'), /^9:24 sample-same The sample "after" has code/);
});

test('files of the post lie beside the samples that name them', () => {
  const { samples, findings } = parse(
    '```python sample=before files="shop/cart.py data.csv"\nimport shop.cart\n```\n```python file="shop/cart.py"\nitems = []\n```\n' +
      '```csv file=data.csv\na,b\n```\n```python sample=after same=before\n```\n',
  );
  assert.deepEqual(findings, []);
  const files = [
    { name: 'shop/cart.py', text: 'items = []\n' },
    { name: 'data.csv', text: 'a,b\n' },
  ];
  assert.deepEqual(
    samples.map((sample) => sample.files),
    [files, files],
  );
});

test('files that are not there, are not used, or whose names cannot be, are told', () => {
  const findings = (files: string, fence: string) =>
    parse(`\`\`\`python sample=a files="${files}"\nprint(1)\n\`\`\`\n${fence}`).findings.join('\n');
  assert.match(
    findings('dat.csv', '```csv file=data.csv\na\n```\n'),
    /^6:20 sample-files The post has no file "dat\.csv"\. Did you mean "data\.csv"\?/,
  );
  assert.match(findings('a.py', '```python file=a.py\na\n```\n'), /sample-files The file "a\.py" has the name under which/);
  assert.match(findings('', '```csv file=data.csv\na\n```\n'), /9:8 file-unused No sample has the file "data\.csv"/);
  for (const name of ['../x.py', '/etc/passwd', 'a/../b', 'sitecustomize.py', '.hidden', 'con.py'])
    assert.match(findings('', `\`\`\`text file="${name}"\na\n\`\`\`\n`), /9:\d+ file-fence/, name);
  assert.match(findings('b.py', '```python file=b.py\nprint "a"\n```\n'), /10:\d+ sample-syntax/);
});

test('paths that cannot be side by side on every file system are told, and those that can are not', () => {
  const findings = (title: string, ...names: readonly string[]) =>
    parse(
      `\`\`\`python sample=one title=${title} files="${names.join(' ')}"\nprint(1)\n\`\`\`\n` +
        names.map((name) => `\`\`\`text file="${name}"\na\n\`\`\`\n`).join(''),
    ).findings;
  assert.deepEqual(findings('a.py', 'a', 'a/b'), [
    '12:9 file-fence "a" cannot be both a file and the folder of "a/b"; the first is on line 9',
  ]);
  assert.deepEqual(findings('a.py', 'x/y/z', 'X/y'), [
    '12:9 file-fence "X/y" cannot be both a file and the folder of "x/y/z"; the first is on line 9',
  ]);
  assert.deepEqual(findings('a.py', 'one.csv', 'ONE.csv'), [
    '12:9 file-fence "one.csv" and "ONE.csv" are one file where case does not count; the first is on line 9',
  ]);
  assert.deepEqual(findings('a.py', 'x/a', 'X/b'), [
    '12:9 file-fence The folders of "x/a" and "X/b" are one where case does not count; the first is on line 9',
  ]);
  const [own, clash] = [findings('one.py', 'ONE.py'), findings('one.py', 'one.py/x')];
  assert.match(own.join(), /^6:\d+ sample-files "one\.py" and "ONE\.py" are one file where case does not count/);
  assert.match(clash.join(), /^6:\d+ sample-files "one\.py" cannot be both a file and the folder of "one\.py\/x"/);
  assert.deepEqual(findings('one.py', 'x/one.py', 'x/y/one.py', 'y/ONE.py', 'x/two.py'), []);
});

test('a sample that takes over files is told of one that has its own name', () => {
  const body = '```python sample=a files=b.py\nprint(1)\n```\n```python file=b.py\nx = 1\n```\n```python sample=c same=a title=b.py\n```\n';
  assert.deepEqual(parse(body).findings, ['12:27 sample-files The file "b.py" has the name under which the sample itself runs']);
});

test('attributes that say nothing of a file are told', () => {
  const body = '```python sample=a files=b.csv\nprint(1)\n```\n```csv file=b.csv timeout=5s expect=leak linenos\n1\n```\n';
  assert.deepEqual(parse(body).findings, [
    '9:19 file-fence timeout=5s says nothing of the file "b.csv"',
    '9:30 file-fence expect=leak says nothing of the file "b.csv"',
    '9:42 file-fence linenos says nothing of the file "b.csv"',
  ]);
});

test('no option, other line or variable reaches pip, and a long requirement takes no time', () => {
  const first = (code: string) => parse(`\`\`\`python sample=a\n${code}\`\`\`\n`).findings;
  for (const odd of [
    String.raw`nowhere; python_version>'3'\u2028--index-url http://x/`,
    "nowhere; python_version>'3' --index-url=http://x/",
    "nowhere; python_version>'${HOME}'",
    `a${' '.repeat(200_000)}!`,
  ])
    assert.match(first(script(`"${odd}"`)).join(), /^[78]:\d+ sample-metadata .* is no requirement that can be locked/s, odd.slice(0, 60));
});

test('a post with line ends of Windows is the same post', () => {
  const body = `\`\`\`python sample=a files=a.csv\n${script('"ledger"')}\`\`\`\n\`\`\`csv file=a.csv\n1\n2\n\`\`\`\n`;
  const read = (value: string) => parsePost(new VFile({ path: '2024-01-01-a.md', value })).samples[0];
  const [unix, windows] = [read(front + body), read((front + body).replaceAll('\n', '\r\n'))];
  assert.deepEqual([windows?.code, windows?.files, windows?.requires], [unix?.code, unix?.files, ['ledger']]);
});

test('what is almost the metadata of a script is told at its line, and what only looks like it is not', () => {
  const told = (...lines: readonly string[]) => parse(`\`\`\`python sample=a\n${lines.join('\n')}\nprint(1)\n\`\`\`\n`).findings;
  const block = ['# dependencies = ["ledger"]', '# ///'];
  for (const start of [
    '# /// scripts',
    '# ///script',
    '#/// script',
    '# //// script',
    '# // script',
    '# /// Script',
    '# /// pyproject',
    '# /// script:',
  ])
    assert.match(told(start, ...block).join(), /^7:1 sample-metadata The script’s metadata begin otherwise$/, start);
  assert.match(told(...block).join(), /^7:1 sample-metadata The script’s metadata begin otherwise$/);
  for (const end of ['# //', '#///', '# /// end', '# /// script', '///'])
    assert.match(told('# /// script', block[0] as string, end).join(), /^9:1 sample-metadata The script’s metadata end otherwise$/, end);
  assert.match(
    told('# /// script', '#dependencies = ["ledger"]', '# ///').join(),
    /^8:1 sample-metadata The line is none of the script’s metadata$/,
  );
  assert.match(told('# /// script', block[0] as string).join(), /^7:1 sample-metadata The script’s metadata do not end$/);
  assert.deepEqual(told('# /// script', '# dependancies = ["ledger"]', '# ///'), [
    '8:3 sample-metadata The script’s metadata have no "dependancies". Did you mean "dependencies"?',
  ]);
  assert.match(
    told('# /// script', '# requires_python = ">=3.9"', '# ///').join(),
    /^8:3 .* no "requires_python"\. Did you mean "requires-python"\?$/,
  );
  assert.deepEqual(told('# /// script', '# dependencies = []', '# [tool.uv]', '# exclude-newer = "2024-01-01T00:00:00Z"', '# ///'), []);
  assert.deepEqual(told('# the script', '# /// other', '# a = 1', '# ///', '# // a note on scripts'), []);
});

test('requires-python is read as Python reads it, and what most likely is not meant is told', () => {
  const read = (range: string) => {
    const { samples, findings } = parse(`\`\`\`python sample=a\n# /// script\n# requires-python = "${range}"\n# ///\nprint(1)\n\`\`\`\n`);
    const fit = ['3.6.15', '3.8.0', '3.8.18', '3.9.0', '3.9.1', '3.11.0', '3.11.7', '3.12.1'].filter((version) =>
      satisfies(version, samples[0]?.python ?? ''),
    );
    return [fit.join(' '), ...findings].join(' | ');
  };
  const odd = (range: string) =>
    `8:3 sample-metadata requires-python = "${range}" leaves out 3.11.1 and all later 3.11: a version without a patch is 3.11.0 (PEP 440)`;
  assert.equal(read('<=3.11'), `3.6.15 3.8.0 3.8.18 3.9.0 3.9.1 3.11.0 | ${odd('<=3.11')}`);
  assert.equal(read('==3.11'), `3.11.0 | ${odd('==3.11')}`);
  assert.equal(read('>3.8,<3.12'), '3.8.18 3.9.0 3.9.1 3.11.0 3.11.7');
  assert.equal(read('!=3.9.*'), '3.6.15 3.8.0 3.8.18 3.11.0 3.11.7 3.12.1');
  assert.equal(read('!=3.9,!=3.11.7'), '3.6.15 3.8.0 3.8.18 3.9.1 3.11.0 3.12.1');
  assert.equal(read('>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.8.*'), '3.6.15 3.9.0 3.9.1 3.11.0 3.11.7 3.12.1');
  assert.equal(read('~=3.8.1'), '3.8.18');
  assert.equal(read('>=3.12.0rc1'), '3.12.1');
  assert.equal(read('==3.11.*'), '3.11.0 3.11.7');
  assert.match(read('==2.7.*'), /8:3 sample-metadata No Python that samples run on is requires-python = "==2\.7\.\*"$/);
  assert.match(read('>=3.9 <4'), /8:3 sample-metadata requires-python cannot be read$/);
});

test('a version, a marker or extras that pip would refuse are told before it is asked', () => {
  const told = (requirement: string) => parse(`\`\`\`python sample=a\n${script(JSON.stringify(requirement))}\`\`\`\n`).findings.join();
  for (const wrong of ['ledger; python_version', "ledger; foo == 'x'", "ledger; 'a' == 'b'", 'ledger==a.b', 'ledger>=1.*', 'ledger~=1'])
    assert.match(told(wrong), /^8:\d+ sample-metadata ".*" is no requirement that can be locked$/, wrong);
  for (const sound of [
    "ledger; (python_version>'3' and os_name == 'nt') or 'linux' in sys_platform",
    'ledger==1.*',
    'ledger~=1.0',
    'ledger[a,b]',
  ])
    assert.equal(told(sound), '', sound);
  assert.match(
    parse(`\`\`\`python sample=a packages="ledger[fast]==1.0"\n${script('"ledger"')}\`\`\`\n`).findings.join(),
    /^6:20 attribute-value packages="ledger\[fast\]==1\.0" cannot be read/,
  );
});
