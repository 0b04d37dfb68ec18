import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capturesFolder } from '../capture/record-files.ts';
import { toFinding, type Finding } from '../experiment/finding.ts';
import { pagesFolder, postsFolder } from '../post/content-files.ts';

/** Reports folders of posts, pages and records that are links: their targets may be outside the project, so nothing is written there. */
export function findContentLinks(root: string): readonly Finding[] {
  const records = [capturesFolder, ...below(root, capturesFolder).flatMap((post) => [post, ...below(root, post)])];
  const isLink = (path: string) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const [reason, hint] = ['The folder is a symbolic link, which might lead anywhere', 'Replace it with the folder itself.'];
  const links = ['content', postsFolder, pagesFolder, ...records].filter(isLink);
  return links.map((path) => toFinding({ path, place: undefined, rule: 'content-link', reason, hint }));
}

/** The entries of a folder, hidden ones left out; none if it is a link or does not exist. */
function below(root: string, path: string): readonly string[] {
  if (lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(join(root, path))
    .filter((name) => !name.startsWith('.'))
    .map((name) => `${path}/${name}`);
}
