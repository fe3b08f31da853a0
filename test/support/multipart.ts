/** A part of a multipart/byteranges body. */
export interface Part {
  readonly headers: Record<string, string>;
  readonly bytes: Uint8Array;
}

/** Splits a body into its parts, strictly: https://www.rfc-editor.org/rfc/rfc9110#section-14.6 */
export function parseMultipart(contentType: string | null, body: Uint8Array): Part[] {
  const boundary = /^multipart\/byteranges; boundary=([0-9a-z]+)$/.exec(contentType ?? '')?.[1];
  if (!boundary) throw new Error(`no boundary in ${contentType}`);
  const text = Buffer.from(body).toString('latin1');
  const [first, ...rest] = `\r\n${text}`.split(`\r\n--${boundary}`);
  const end = rest.pop();
  if (first !== '' || end !== '--\r\n') throw new Error('the body has no right beginning or end');
  return rest.map((part) => {
    const [head = '', ...data] = part.split('\r\n\r\n');
    const lines = head.split('\r\n').slice(1);
    return {
      headers: Object.fromEntries(lines.map((line) => line.split(': ') as [string, string])),
      bytes: new Uint8Array(Buffer.from(data.join('\r\n\r\n'), 'latin1')),
    };
  });
}
