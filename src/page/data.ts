import type { Capture, HolderRecord, RunRecord } from '../capture/capture.ts';
import { shownCaptures } from '../capture/freshness.ts';
import type { StoredRecord } from '../capture/store.ts';
import type { Sample } from '../experiment/sample.ts';
import { total, type TypeCounts } from '../gclog/counts.ts';
import type { Post } from '../post/post.ts';
import { holderLine } from '../verdict/holder.ts';
import { judge, type Verdict } from '../verdict/verdict.ts';

/** The content of a post's data.json: each sample on every runtime with a fresh record. Sizes in bytes, times in milliseconds. */
export function postData(post: Post, records: readonly StoredRecord[]): object {
  const samples = post.samples.map((sample) => {
    const runtimes = shownCaptures(records, sample).map((capture) => [capture.runtime, runtimeData(sample, capture)] as const);
    const { title, expect = null, same } = sample;
    return [sample.name, { title, expect, ...(same && { same }), runtimes: Object.fromEntries(runtimes) }] as const;
  });
  return { post: post.slug, samples: Object.fromEntries(samples) };
}

function runtimeData(sample: Sample, capture: Capture): object {
  const { name, sentence, evidence, stretches } = judge(capture, sample);
  const { conditions, python, collector, method, platform, capturedAt, command, sandbox, memory, held } = capture;
  const runs = Object.entries(conditions).flatMap(([condition, run]) => (run === undefined ? [] : [[condition, runData(run)] as const]));
  return {
    verdict: name,
    sentence,
    python,
    collector,
    method,
    platform,
    capturedAt,
    command,
    sandbox,
    memory,
    held,
    stretches: stretches.map((each) => stretchData(each, capture)),
    evidence: evidence.map(({ condition, unit, growth, decided }) => ({
      condition,
      unit,
      rounds: growth.rounds,
      grows: growth.grows,
      decided,
    })),
    ...(capture.packages && { packages: capture.packages }),
    ...(capture.holder && { holder: holderData(capture.holder, sample.code) }),
    ...(capture.types && { types: capture.types, looks: capture.looks ?? null }),
    conditions: Object.fromEntries(runs),
  };
}

/** Who holds what grows, with the line in which that is made. */
function holderData(holder: HolderRecord, code: string): object {
  return { ...holder, line: holderLine(code, holder) ?? null };
}

/** A stretch of work with the debug flags off: lines of the sample, times in milliseconds, growth of Python's own memory. */
function stretchData({ name, judged, measured }: Verdict['stretches'][number], { conditions }: Capture): object {
  const { stretch, off } = measured;
  const atMs = (index: number) => conditions['debug-off'].points[index]?.[0] ?? null;
  return {
    kind: stretch.kind,
    lines: stretch.lines,
    calledFrom: stretch.chain,
    from: atMs(stretch.from),
    to: atMs(stretch.to),
    cpuMs: Math.round(stretch.cpuMs * 10) / 10,
    share: Math.round(stretch.share * 1000) / 1000,
    rounds: off.growth.rounds,
    growth: off.growth.rise,
    givenBack: off.growth.givenBack,
    verdict: name,
    judged,
  };
}

function runData(run: RunRecord): object {
  const { exit, signal, limit, wallMs, peakRssBytes, endRssBytes, collections, garbage, log, children, points, regions } = run;
  const inUse = points.findLast((point) => point[10] !== null)?.[10] ?? null;
  const { lines, runLines, bytes, types, runTypes } = log;
  return {
    peakRssBytes,
    endRssBytes,
    wallMs,
    exit,
    signal,
    limit,
    garbage,
    inUseBytes: inUse,
    ...(regions && { regions }),
    ...(children && { children: { most: children.most, peakBytes: Math.max(...children.points.map(([, bytes]) => bytes)) } }),
    collections: {
      young: collections.counts[0] + collections.counts[1],
      full: collections.counts[2],
      collected: collections.collected,
      uncollectable: collections.uncollectable,
      elapsedMs: collections.elapsedMs,
    },
    log: {
      lines,
      runLines,
      bytes,
      gcLines: total(types),
      runGcLines: total(runTypes),
      types: typesData(types),
      runTypes: typesData(runTypes),
    },
  };
}

/** Counts by type, as an object; `fromEntries` also handles a type called `__proto__`. */
function typesData(types: TypeCounts): object {
  return Object.fromEntries(types);
}
