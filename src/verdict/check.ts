import { basename, dirname } from 'node:path/posix';
import type { Capture } from '../capture/capture.ts';
import { findBeyondSample } from '../capture/contradiction.ts';
import { freshnessOf, isOfOtherPackages, isShown, listRuntimes, shownCaptures, whyStale } from '../capture/freshness.ts';
import type { StoredRecord } from '../capture/store.ts';
import { endedAsMeant } from '../experiment/end.ts';
import { report } from '../experiment/finding.ts';
import type { Sample } from '../experiment/sample.ts';
import { hasOpenFence } from '../post/fences/fences.ts';
import { lacksLock, lockCommand, placeOfPackages } from '../post/lock.ts';
import type { Post } from '../post/post.ts';
import { describeEvidence } from './evidence.ts';
import { explainFailure } from './failure.ts';
import { readValueText } from './value.ts';
import { judge } from './verdict.ts';

/**
 * Reports problems with a post's records as messages on its file: missing, stale, damaged and orphaned records, samples that
 * did not end as intended, and claims that do not hold. Reports nothing while a fence is left open. Where nothing can be run
 * (`noRun`), a stale or damaged record is an error even if the sample has a fresh record on another Python.
 */
export function checkRecords(post: Post, found: readonly StoredRecord[], noRun = false): void {
  if (hasOpenFence(post.file)) return;
  const records = found.map((record) => rejectImpossible(record, post.samples));
  const orphans = records.filter(({ sample }) => post.samples.every(({ name }) => name !== sample));
  for (const [folder, own] of Map.groupBy(orphans, ({ path }) => dirname(path))) {
    report(post.file, {
      rule: 'record-orphan',
      reason: `The records in ${folder} (${listRuntimes(own.map(({ runtime }) => runtime))}) belong to no sample of this post`,
      hint: `Delete the folder, or name a fence sample=${basename(folder)}.`,
      place: { line: 1, column: 1 },
      level: 'warning',
    });
  }
  checkValues(post, records);
  for (const sample of post.samples)
    checkSample(
      post,
      sample,
      records.filter(({ sample: name }) => name === sample.name),
      noRun,
    );
}

/** Turns a current record into a damaged one if it states something that no run of its sample could produce. */
function rejectImpossible(record: StoredRecord, samples: readonly Sample[]): StoredRecord {
  const sample = samples.find(({ name }) => name === record.sample);
  if (sample === undefined || record.capture === undefined || !isShown(record, sample)) return record;
  const reason = findBeyondSample(record.capture, sample);
  return reason === undefined ? record : { ...record, capture: undefined, reason };
}

/** Checks values in the text, claims among them, on every Python with fresh records of all samples that they name. */
function checkValues(post: Post, records: readonly StoredRecord[]): void {
  const captures = new Map(post.samples.map((sample) => [sample.name, shownCaptures(records, sample)]));
  const runtimes = [...new Set([...captures.values()].flat().map(({ runtime }) => runtime))];
  for (const value of post.values) {
    const failed: string[] = [];
    const endless: string[] = [];
    for (const runtime of runtimes) {
      const read = readValueText(value, (name) => {
        const sample = post.samples.find((each) => each.name === name);
        const capture = captures.get(name)?.find((each) => each.runtime === runtime);
        return sample === undefined || capture === undefined ? undefined : { sample, capture };
      });
      if (read?.holds === false) failed.push(`${read.text} on ${runtime}`);
      if (read !== undefined && /NaN|Infinity/.test(read.text)) endless.push(runtime);
    }
    if (endless.length > 0)
      report(post.file, {
        rule: 'value-endless',
        reason: `"${value.node.value}" is not a finite number on ${endless.join(', ')}`,
        hint: 'What it divides by is zero there: divide by something else, or take a difference.',
        place: value.node.position,
      });
    else if (failed.length > 0)
      report(post.file, {
        rule: 'claim-failed',
        reason: `The sentence claims ${value.node.value.replace(/^=\s*/, '')}, but ${failed.join('; ')}`,
        hint: 'Fix the sentence, or the sample.',
        place: value.node.position,
      });
  }
}

function checkSample(post: Post, sample: Sample, records: readonly StoredRecord[], noRun: boolean): void {
  const place = sample.places['sample'] ?? sample.place;
  const states = records.map((record) => ({ record, state: freshnessOf(record, sample) }));
  const fresh = states.filter(({ record }) => isShown(record, sample));
  const reportRecord = (rule: string, reason: string) =>
    report(post.file, {
      rule,
      reason,
      hint: retakeHint(post.slug, noRun, fresh.length > 0),
      place,
      level: fresh.length > 0 && !noRun ? 'warning' : 'error',
    });
  const damaged = Map.groupBy(
    states.flatMap(({ record, state }) => (state === 'damaged' ? [record] : [])),
    ({ reason }) => reason,
  );
  for (const [reason, [record, ...others]] of damaged) {
    if (record === undefined) continue;
    // After a schema change many records are unreadable for the same reason: one message names them all.
    const which =
      others.length === 0
        ? `The record ${record.path}`
        : `The records of "${sample.name}" on ${listRuntimes([record, ...others].map(({ runtime }) => runtime))}`;
    reportRecord('record-damaged', `${which} cannot be read: ${reason}`);
  }
  const stale = states.flatMap(({ record, state }) => (state === 'stale' ? [record] : []));
  const [first] = stale;
  if (first !== undefined) {
    const runtimes = listRuntimes(stale.map(({ runtime }) => runtime));
    const [which, owner] =
      stale.length === 1 ? [`The record ${first.path} is`, 'the sample'] : [`The records of "${sample.name}" on ${runtimes} are`, 'it'];
    const change = whyStale(first, sample).replace('stale: ', '');
    const what =
      first.capture !== undefined && isOfOtherPackages(first.capture, sample) ? 'of other packages' : 'of other code or other limits';
    reportRecord('record-stale', `${which} ${what} than ${owner} has now (${change})`);
  }
  // What is only rendered needs no lock.
  if (lacksLock(sample) && !noRun) {
    report(post.file, {
      rule: 'lock-missing',
      reason: `The packages that "${sample.name}" asks for are in no lock file`,
      hint: `Choose their versions: ${lockCommand(post.slug, sample)}`,
      place: placeOfPackages(sample),
      level: fresh.length > 0 ? 'warning' : 'error',
    });
  } else if (records.length === 0) {
    report(post.file, {
      rule: 'record-missing',
      reason: `The sample "${sample.name}" has never been run`,
      hint: noRun
        ? 'Nothing is run here: run it with npm run build where you trust it, and commit its record.'
        : 'Run it with npm run build.',
      place,
    });
  }
  const onAllPythons = fresh.flatMap(({ record }) => record.capture ?? []);
  for (const { record } of fresh) if (record.capture !== undefined) checkClaim(post, sample, record, record.capture, onAllPythons);
}

/** How to replace or drop a record that cannot be shown. `hasFresh`: the sample has a fresh record on another Python. */
function retakeHint(slug: string, noRun: boolean, hasFresh: boolean): string {
  const retake = noRun
    ? `Nothing is run here: take it again with npm run refresh -- ${slug} where you trust the sample, and commit it`
    : 'Take it again with npm run build';
  if (!hasFresh) return `${retake}.`;
  return `${retake}${noRun ? '' : ' where that Python is'}, or delete it; it is not shown.`;
}

/**
 * Reports an unintended end, at the line that raised, or else an `expect` that does not hold. `onAllPythons` are
 * the sample's fresh records.
 */
function checkClaim(post: Post, sample: Sample, record: StoredRecord, capture: Capture, onAllPythons: readonly Capture[]): void {
  if (!endedAsMeant(capture.conditions['as-written'], sample)) {
    const { reason, hint, place } = explainFailure(post.slug, sample, capture);
    const succeeded = onAllPythons.filter(({ conditions }) => endedAsMeant(conditions['as-written'], sample)).map(({ runtime }) => runtime);
    const ways = 'give it a range of Pythons, as python=">=3.8", or delete';
    const other = succeeded.length === 0 ? '' : `\nOn ${listRuntimes(succeeded)} it ends as it should: ${ways} ${record.path}`;
    const at = place ?? sample.places['exit'] ?? sample.places['sample'];
    report(post.file, { rule: 'sample-failed', reason, hint: hint + other, place: at });
    return;
  }
  const verdict = judge(capture, sample);
  if (sample.expect === undefined || verdict.name === sample.expect) return;
  report(post.file, {
    rule: 'claim-failed',
    reason: `The post claims ${sample.expect} for "${sample.name}", but on ${record.runtime} it is ${verdict.name}. ${verdict.sentence}`,
    hint: `Measured:\n${describeEvidence(verdict, capture).join('\n')}\nMend the sample, or claim what is so: expect=${verdict.name}`,
    place: sample.places['expect'],
  });
}
