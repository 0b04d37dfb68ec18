import type { Capture, RunRecord } from '../capture/capture.ts';
import { freshCaptures } from '../capture/freshness.ts';
import type { StoredRecord } from '../capture/store.ts';
import { total } from '../gclog/counts.ts';
import type { Post } from '../post/post.ts';
import type { Sample } from '../post/sample.ts';
import { judge } from '../verdict/verdict.ts';

/** A post's numbers for machines: every sample on every runtime. Sizes in bytes, times in milliseconds. */
export function postData(post: Post, records: readonly StoredRecord[]): object {
  const samples = post.samples.map((sample) => {
    const runtimes = freshCaptures(records, sample).map((capture) => [capture.runtime, runtimeData(sample, capture)] as const);
    return [sample.name, { title: sample.title, expect: sample.expect ?? null, runtimes: Object.fromEntries(runtimes) }] as const;
  });
  return { post: post.slug, samples: Object.fromEntries(samples) };
}

function runtimeData(sample: Sample, capture: Capture): object {
  const { name, sentence, evidence } = judge(capture, sample);
  const { conditions, python, platform, capturedAt, command, sandbox, memory, held } = capture;
  const runs = Object.entries(conditions).flatMap(([condition, run]) => (run === undefined ? [] : [[condition, runData(run)] as const]));
  return {
    verdict: name,
    sentence,
    python,
    platform,
    capturedAt,
    command,
    sandbox,
    memory,
    held,
    evidence: evidence.map(({ condition, unit, growth, decided }) => ({ condition, unit, rounds: growth.rounds, grows: growth.grows, decided })),
    conditions: Object.fromEntries(runs),
  };
}

function runData(run: RunRecord): object {
  const { exit, signal, limit, wallMs, peakRssBytes, endRssBytes, collections, garbage, log } = run;
  const { lines, runLines, bytes, types, runTypes } = log;
  return {
    peakRssBytes,
    endRssBytes,
    wallMs,
    exit,
    signal,
    limit,
    garbage,
    collections: { young: collections.counts[0] + collections.counts[1], full: collections.counts[2], collected: collections.collected, uncollectable: collections.uncollectable, elapsedMs: collections.elapsedMs },
    log: { lines, runLines, bytes, gcLines: total(types), runGcLines: total(runTypes), types, runTypes },
  };
}
