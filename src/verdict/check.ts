import { basename, dirname } from 'node:path/posix';
import type { Capture } from '../capture/capture.ts';
import { findBeyondSample } from '../capture/contradiction.ts';
import { freshnessOf, isShown, listRuntimes, shownCaptures, whyStale } from '../capture/freshness.ts';
import type { StoredRecord } from '../capture/store.ts';
import { endedAsMeant } from '../experiment/end.ts';
import { report } from '../experiment/finding.ts';
import type { Sample } from '../experiment/sample.ts';
import { hasOpenFence } from '../post/fences/fences.ts';
import type { Post } from '../post/post.ts';
import { describeEvidence } from './evidence.ts';
import { explainFailure } from './failure.ts';
import { readValueText } from './value.ts';
import { judge } from './verdict.ts';

/**
 * Reports what a post's records lack: missing, stale, damaged and orphaned ones, samples whose end is not the one that is
 * meant, and claims that do not hold; nothing while a fence is open. Where nothing can be run (`noRun`), a record that is not
 * fresh is an error even if another one stands in for it.
 */
export function checkRecords(post: Post, found: readonly StoredRecord[], noRun = false): void {
  if (hasOpenFence(post.file)) return;
  const records = found.map((record) => damagedIfBeyond(record, post.samples));
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

/** A record that stands for a sample, and says what no run of that sample can come to, is damaged. */
function damagedIfBeyond(record: StoredRecord, samples: readonly Sample[]): StoredRecord {
  const sample = samples.find(({ name }) => name === record.sample);
  if (sample === undefined || record.capture === undefined || !isShown(record, sample)) return record;
  const reason = findBeyondSample(record.capture, sample);
  return reason === undefined ? record : { ...record, capture: undefined, reason };
}

/** Claims in sentences, on every Python that has fresh records of all that they name. */
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
        reason: `"${value.node.value}" comes to no number on ${endless.join(', ')}`,
        hint: 'What it divides by is zero there: divide by something else, or take a difference.',
        place: value.node.position,
      });
    else if (failed.length > 0)
      report(post.file, {
        rule: 'claim-failed',
        reason: `The sentence claims ${value.node.value.replace(/^=\s*/, '')}, but ${failed.join('; ')}`,
        hint: 'Mend the sentence, or the sample.',
        place: value.node.position,
      });
  }
}

function checkSample(post: Post, sample: Sample, records: readonly StoredRecord[], noRun: boolean): void {
  const place = sample.places['sample'] ?? sample.place;
  const states = records.map((record) => ({ record, state: freshnessOf(record, sample) }));
  const fresh = states.filter(({ record }) => isShown(record, sample));
  const tell = (rule: string, reason: string) =>
    report(post.file, {
      rule,
      reason,
      hint: `${noRun ? `Nothing is run here: take it again with npm run refresh -- ${post.slug} where you trust the sample, and commit it` : 'Take it again with npm run build'}${fresh.length > 0 ? `${noRun ? '' : ' where that Python is'}, or delete it; it is not shown` : ''}.`,
      place,
      level: fresh.length > 0 && !noRun ? 'warning' : 'error',
    });
  const damaged = Map.groupBy(
    states.flatMap(({ record, state }) => (state === 'damaged' ? [record] : [])),
    ({ reason }) => reason,
  );
  for (const [reason, [record, ...others]] of damaged) {
    if (record === undefined) continue;
    // Those of another schema mostly come in numbers.
    const which =
      others.length === 0
        ? `The record ${record.path}`
        : `The records of "${sample.name}" on ${listRuntimes([record, ...others].map(({ runtime }) => runtime))}`;
    tell('record-damaged', `${which} cannot be read: ${reason}`);
  }
  const stale = states.flatMap(({ record, state }) => (state === 'stale' ? [record] : []));
  const [first] = stale;
  if (first !== undefined && stale.length === 1)
    tell(
      'record-stale',
      `The record ${first.path} is of other code or other limits than the sample has now (${whyStale(first, sample).replace('stale: ', '')})`,
    );
  else if (first !== undefined)
    tell(
      'record-stale',
      `The records of "${sample.name}" on ${listRuntimes(stale.map(({ runtime }) => runtime))} are of other code or other limits than it has now (${whyStale(first, sample).replace('stale: ', '')})`,
    );
  if (records.length === 0) {
    report(post.file, {
      rule: 'record-missing',
      reason: `The sample "${sample.name}" has never been run`,
      hint: noRun
        ? 'Nothing is run here: run it with npm run build where you trust it, and commit its record.'
        : 'Run it with npm run build.',
      place,
    });
  }
  const captures = fresh.flatMap(({ record }) => record.capture ?? []);
  for (const { record } of fresh) if (record.capture !== undefined) checkClaim(post, sample, record, record.capture, captures);
}

/** Reports an end that is not meant, at the line that raised, or a claim that does not hold; `fresh` are all that stand for the sample. */
function checkClaim(post: Post, sample: Sample, record: StoredRecord, capture: Capture, fresh: readonly Capture[]): void {
  if (!endedAsMeant(capture.conditions['as-written'], sample)) {
    const { reason, hint, place } = explainFailure(post.slug, sample, capture);
    const well = fresh.filter(({ conditions }) => endedAsMeant(conditions['as-written'], sample)).map(({ runtime }) => runtime);
    const ways = 'give it a range of Pythons, as python=">=3.8", or delete';
    const other = well.length === 0 ? '' : `\nOn ${listRuntimes(well)} it ends as it should: ${ways} ${record.path}`;
    const at = place ?? sample.places['exit'] ?? sample.places['sample'];
    report(post.file, { rule: 'sample-failed', reason, hint: hint + other, place: at });
    return;
  }
  const verdict = judge(capture, sample);
  if (sample.expect === undefined || verdict.name === sample.expect) return;
  report(post.file, {
    rule: 'claim-failed',
    reason: `The post claims ${sample.expect} for "${sample.name}", but on ${record.runtime} it is ${verdict.name}. ${verdict.sentence}`,
    hint: `Measured:\n${describeEvidence(verdict).join('\n')}\nMend the sample, or claim what is so: expect=${verdict.name}`,
    place: sample.places['expect'],
  });
}
