/** Whether Windows takes a name, up to its first dot, for a device: no file or folder can have it there. */
export function isDeviceName(name: string): boolean {
  return /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i.test(name);
}
