/**
 * The version of the measuring method, part of every record's key. Raise it by hand if a change of the files below changes what is
 * measured, never for a comment, a name or a message. Records of another version are still shown, as such, and the next refresh
 * replaces them.
 */
export const method = 2;

/** The files that measure, and the SHA-256 of each when it was last decided whether `method` has to be raised. */
export const decided: Readonly<Record<string, string>> = {
  'harness.py': 'e29c63719ff8d37bde4fcedf859a0ac9a31003f7fb9997e411a215d655cdf514',
  'pyodide-host.ts': 'a119bc0ce9b3f8c26c5af50e8d50f1a6726634a49e0c557537386fcf814ed77b',
  'holder.py': '7db93897e5a1480834dc2036a5e19a9ce2feb5dd6c51e60ff3a6217bbb90a1be',
  'warden.py': '8ef835323bc51a81ca58ca6319d96d72a315938001101296e7a0c5e90de4ed6d',
};
