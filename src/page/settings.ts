import { html, type Markup } from '../chart/markup.ts';
import { versionChanges, type UsedPackage } from '../experiment/packages.ts';
import type { MeasuredSample } from './memory.ts';

/** What two samples with the same code differ in: `[what, in the first, in the second]`; empty where one lacks it. */
export type Setting = readonly [what: string, from: string, to: string];

/** In which packages, which arguments and which Python two runs differ. */
export function differences(from: MeasuredSample, to: MeasuredSample): readonly Setting[] {
  const changes = versionChanges(from.capture.packages ?? [], to.capture.packages ?? []);
  const all: readonly Setting[] = [
    ...changes.map(({ name, from: was = '', to: is = '' }): Setting => [name, was, is]),
    ['Python', from.capture.python, to.capture.python],
    ['arguments', from.sample.args.join(' '), to.sample.args.join(' ')],
  ];
  return all.filter(([, one, other]) => one !== other);
}

/** What tells a sample from the one whose code it shares, or that shares its code, in a few words: `ledger 1.1`. */
export function settingOf(item: MeasuredSample, all: readonly MeasuredSample[]): string {
  const { sample } = item;
  const other = all.find((each) => each !== item && (each.sample.same === sample.name || each.sample.name === sample.same));
  if (other === undefined) return '';
  const words = differences(other, item).map(([what, , own]) =>
    own === '' ? `no ${what}` : what === 'arguments' ? own : `${what} ${own}`,
  );
  return words.slice(0, 3).join(', ');
}

/** A list of differences, as a table. */
export function differencesTable(from: MeasuredSample, to: MeasuredSample): Markup {
  const rows = differences(from, to).map(
    ([what, was, is]) => html`<tr><th scope="row">${what}</th><td>${was || 'none'}</td><td>${is || 'none'}</td></tr>`,
  );
  const heads = ['', from.sample.name, to.sample.name].map(
    (name) => html`<th scope="col">${name || html`<span class="unseen">what</span>`}</th>`,
  );
  const table = html`<table class="settings"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
  const label = `What differs between ${from.sample.name} and ${to.sample.name}`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

/** Packages in words: `ledger 1.0 and shelf 1.0`; the names of many are cut short. */
export function listPackages(packages: readonly UsedPackage[], most = 12): string {
  const names = packages.slice(0, most).map(({ name, version }) => `${name} ${version}`);
  if (packages.length > most) names.push(`${packages.length - most} more`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
