/** Sorts posts as every list shows them: newest first; posts of one day by their address, in descending order. */
export function newestFirst<Post extends { readonly id: string; readonly data: { readonly date: string } }>(
  posts: readonly Post[],
): readonly Post[] {
  const order = ({ id, data }: Post) => `${data.date} ${id}`;
  return posts.toSorted((a, b) => (order(a) < order(b) ? 1 : -1));
}
