import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from './report.ts';
import { countOthers, splitFindings } from './split-findings.ts';

const rest = { line: 1, column: 1, rule: 'x', reason: 'x', hint: 'x' } as const;
const finding = (file: string, level: Finding['level'] = 'error'): Finding => ({ file, level, ...rest });
const one = 'content/posts/2024-05-06-one.md';
const two = 'content/posts/2024-05-07-two.md';
const page = 'content/pages/about.md';

test('findings on a post that was named are separated from the rest', () => {
  const found = [finding(two), finding(one), finding(page)];
  assert.deepEqual(splitFindings(found, new Set([one])), { own: [finding(one)], others: [finding(two), finding(page)] });
  assert.deepEqual(splitFindings(found, undefined), { own: found, others: [] });
});

test('the other findings are counted', () => {
  assert.equal(countOthers([finding(one), finding(one), finding(two)]), '3 errors in 2 other posts');
  assert.equal(countOthers([finding(one), finding(one, 'warning')]), '1 error and 1 warning in 1 other post');
  assert.equal(countOthers([finding(one), finding(page)]), '2 errors in 2 other files');
});
