/** Posts in the order that every list has: the newest first, and those of one day by their address. */
export function newestFirst<Post extends { readonly id: string; readonly data: { readonly date: string } }>(
  posts: readonly Post[],
): readonly Post[] {
  const order = ({ id, data }: Post) => `${data.date} ${id}`;
  return posts.toSorted((a, b) => (order(a) < order(b) ? 1 : -1));
}
