import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { plainSample } from '../experiment/fixtures/sample.ts';
import type { Sample } from '../experiment/sample.ts';
import { lineTexts } from '../gclog/log.ts';
import { run } from './run.ts';
import { findPython, type Runtime } from './runtime.ts';

/** Packages that Debian offers for its Python, each with a program that makes it do something. */
const packages: Readonly<Record<string, string>> = {
  numpy: 'import numpy; print(int(numpy.arange(1000).sum()))',
  pandas: 'import pandas; print(len(pandas.DataFrame({"a": range(10)}).describe()))',
  lxml: 'from lxml import etree; print(etree.fromstring("<a><b/></a>")[0].tag)',
  matplotlib:
    'import matplotlib; matplotlib.use("Agg"); from matplotlib import pyplot; ' +
    'pyplot.plot([1, 2]); pyplot.title("a"); pyplot.savefig("a.png"); print("drawn")',
  PIL: 'from PIL import Image; print(Image.new("RGB", (9, 9)).size)',
  sqlalchemy: 'import sqlalchemy; print(sqlalchemy.create_engine("sqlite://").connect().execute(sqlalchemy.text("select 1")).scalar())',
  requests: 'import requests; print(requests.Request("GET", "http://a.example/").prepare().url)',
  aiohttp: [
    'import aiohttp, asyncio',
    'async def main():',
    '    async with aiohttp.ClientSession() as session: print(session.closed)',
    'asyncio.run(main())',
  ].join('\n'),
  django: 'import django; from django.conf import settings; settings.configure(); django.setup(); print(django.apps.apps.ready)',
};
const python = await findPython('/usr/bin/python3');

for (const [name, code] of Object.entries(packages)) {
  const isThere = python !== undefined && spawnSync(python.command[0] as string, ['-c', `import ${name}`]).status === 0;
  test(
    `a sample imports ${name} of the system and is measured`,
    { skip: !isThere && `${name} is not installed for /usr/bin/python3` },
    async () => {
      const sample: Sample = {
        name: 'a',
        code: `${code}\n`,
        title: 'a.py',
        ...plainSample,
        timeoutMs: 60_000,
        memoryBytes: 2e9,
        outputBytes: 1e8,
      };
      const { exit, limit, log, marks } = await run({ sample, condition: 'debug-off', runtime: python as Runtime });
      const said = lineTexts(log, 0, log.lines).join('\n');
      const bare = spawnSync((python as Runtime).command[0] as string, ['-c', code], { encoding: 'utf8', cwd: '/tmp' }).stdout.trimEnd();
      assert.deepEqual([exit, limit], [0, null], said);
      // It prints what it prints without Leaklog, and no complaint about missing files.
      assert.equal(said, bare);
      assert.equal(marks.at(-1)?.kind, 'trimmed');
      assert.ok(Math.max(...marks.map(({ rssBytes }) => rssBytes)) > 15e6);
    },
  );
}
