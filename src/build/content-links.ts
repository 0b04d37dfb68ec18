import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capturesFolder } from '../capture/record-files.ts';
import { toFinding, type Finding } from '../experiment/finding.ts';
import { pagesFolder, postsFolder } from '../post/content-files.ts';

/** Folders of posts, pages and records that are links: what is there is not of this project, and nothing is written there. */
export function findContentLinks(root: string): readonly Finding[] {
  const records = [capturesFolder, ...below(root, capturesFolder).flatMap((post) => [post, ...below(root, post)])];
  const isLink = (path: string) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const [reason, hint] = ['The folder is a link, which might lead anywhere', 'Put the folder itself in its place.'];
  const links = ['content', postsFolder, pagesFolder, ...records].filter(isLink);
  return links.map((path) => toFinding({ path, place: undefined, rule: 'content-link', reason, hint }));
}

/** What lies in a folder that is none of these links. */
function below(root: string, path: string): readonly string[] {
  if (lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(join(root, path))
    .filter((name) => !name.startsWith('.'))
    .map((name) => `${path}/${name}`);
}
