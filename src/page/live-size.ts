/** How much the first run in a page loads, in megabytes, rounded: WebAssembly, Python's standard library, and the script. */
export const liveMegabytes = 7;
