/** Whether Windows takes a name for a device, whatever stands after its first dot: no file or folder can have it there. */
export function isDeviceName(name: string): boolean {
  return /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i.test(name);
}
