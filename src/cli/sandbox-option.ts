/** The option of every command that runs samples. */
export const sandboxOption = { 'require-sandbox': { type: 'boolean', help: 'run nothing where samples cannot be shut in' } } as const;
