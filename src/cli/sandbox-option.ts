/** The option of every command that runs samples. */
export const sandboxOption = { 'require-sandbox': { type: 'boolean', help: 'run nothing if there is no sandbox for samples' } } as const;
