import { readFileSync, writeFileSync } from 'node:fs';
import { describeLicences } from '../src/cli/licences.ts';

writeFileSync('docs/licences.md', describeLicences(JSON.parse(readFileSync('package-lock.json', 'utf8'))));
