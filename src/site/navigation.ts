import { options } from 'virtual:leaklog/options';
import { capitalise } from '../verdict/format.ts';
import { address } from './address.ts';
import { allPages } from './blog-data.ts';
import type { Place, SiteLink } from './options.ts';

/** A link of the navigation. */
export interface NavigationLink {
  readonly label: string;
  readonly href: string;
  readonly rel?: string | undefined;
}

const placeLinks: Readonly<Record<Place, readonly [label: string, path: string]>> = {
  posts: ['Posts', '/'],
  tags: ['Tags', '/tags/'],
  archive: ['Archive', '/archive/'],
  search: ['Search', '/search/'],
  feed: ['Feed', '/feed.xml'],
  manual: ['Manual', '/manual/'],
};

/** The links of the navigation: those in the blog's options, or else all lists and pages. */
export function navigationLinks(): readonly NavigationLink[] {
  const pages = allPages().filter(({ id, isHidden }) => !isHidden && id !== 'manual');
  const standard = [
    'posts',
    'tags',
    'archive',
    ...pages.map(({ id }) => `/${id}/` as const),
    ...(options.manual ? ['manual' as const] : []),
    'search',
    'feed',
  ] as const;
  return (options.navigation ?? standard).map(toLink);
}

function toLink(item: Place | `/${string}` | SiteLink): NavigationLink {
  if (typeof item === 'object') return { ...item, href: siteHref(item.href) };
  if (!item.startsWith('/')) {
    const [label, path] = placeLinks[item as Place];
    return { label, href: address(path) };
  }
  const page = allPages().find(({ id }) => item === `/${id}/`);
  return { label: page?.title ?? capitalise(item.replaceAll('/', '').replaceAll('-', ' ')), href: address(item) };
}

/** A link from the options as an `href`: if it is from the site's root, the base is added. */
export function siteHref(href: string): string {
  return href.startsWith('/') ? address(href) : href;
}
