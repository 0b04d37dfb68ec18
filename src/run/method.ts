/**
 * The version of the measuring method, part of every record's key. Raise it by hand if a change of the files below changes what is
 * measured, never for a comment, a name or a message. Records of another version are still shown, as such, and the next refresh
 * replaces them.
 */
export const method = 2;

/** The files that measure, and the SHA-256 of each when it was last decided whether `method` has to be raised. */
export const decided: Readonly<Record<string, string>> = {
  'harness.py': '93f1d05786d11b41fb6a27f2ce6ed58f3071d699f1a8900438a47fa99ebbc8e3',
  'heat.py': 'ed34d955ab8578e611bcd6a4434bd67cdd1b042522439942e9e95dbb372eea68',
  'groups.py': '3fb5d5b195185467e553ca56129b170d759b4a56d03917b043d39f9d7e352df7',
  'regions.py': '40ed46c01bb98907d19f016065c4949ca7251dc62478c3accad14add4bc2c854',
  'pyodide-host.ts': 'e8fea53075da418956bd16d9f5368b2c62a4440f9443907ba012f8b31a3f6278',
  'drive.py': '5cea660450b759a0964817ab6f63bfb07cc7ab8a1a5f45a6b7aed7895ecee494',
  'drive.ts': '414d71d321667334e9707dabd4b3d004d53406a0b8fa73669889a49564a13a6d',
  'holder.py': '8d82effd2b4822cef1dd2cf2b530abe9e45ba77892039d6df8d256de58408071',
  'warden.py': '0822e3fc703d864d7a2dcdf40ec1578d09809c694830027a759b81ac1db6cb39',
};
