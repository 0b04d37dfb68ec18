/** The finding on a line that git leaves where two versions conflict, in prose and in code. */
export function explainConflict(line: string): { readonly rule: string; readonly reason: string; readonly hint: string } {
  return {
    rule: 'merge-conflict',
    reason: `"${line}" is what git leaves where two versions conflict`,
    hint: 'Keep one of the two versions, and delete the marker lines.',
  };
}
