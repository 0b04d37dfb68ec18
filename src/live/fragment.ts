/** The longest code that a link may carry, in characters; a post's samples are far shorter. */
const maxChars = 100_000;

/** Packs code for the fragment of a link: deflate, and base64 for addresses. */
export async function packCode(code: string): Promise<string> {
  const packed = new Blob([code]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Unpacks the code of a link; undefined if it is damaged, or too long. */
export async function unpackCode(text: string): Promise<string | undefined> {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).pipeThrough(new TextDecoderStream());
    let code = '';
    // Whoever packed it may have meant harm: a few bytes unpack to gigabytes.
    for await (const part of stream as unknown as AsyncIterable<string>) {
      code += part;
      if (code.length > maxChars) return undefined;
    }
    return code;
  } catch {
    return undefined;
  }
}
