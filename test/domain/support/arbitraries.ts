import fc from 'fast-check';

/** Texts of any characters, lone surrogates and control characters included. */
export const garbage = fc.string({ unit: fc.nat(0xffff).map((n) => String.fromCharCode(n)) });

/** A text of characters of `alphabet`. */
export function textOf(alphabet: string, length: { minLength: number; maxLength: number }) {
  return fc.string({ unit: fc.constantFrom(...alphabet), ...length });
}

const LETTERS = 'abcxyz0189';

/** One part of a repository name, as the specification's grammar builds it. */
const component = fc
  .tuple(
    textOf(LETTERS, { minLength: 1, maxLength: 6 }),
    fc.array(
      fc.tuple(
        fc.constantFrom('.', '_', '__', '-', '--', '-----'),
        textOf(LETTERS, { minLength: 1, maxLength: 6 }),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([head, rest]) => head + rest.flat().join(''));

/** Repository names of two to five parts, none longer than 255 characters. */
export const repositoryName = fc
  .array(component, { minLength: 2, maxLength: 5 })
  .map((parts) => parts.join('/'))
  .filter((name) => name.length <= 255);

const HEX = '0123456789abcdef';

export const algorithmAndHex = fc
  .constantFrom('sha256' as const, 'sha512' as const)
  .chain((name) => {
    const digits = name === 'sha256' ? 64 : 128;
    return fc.tuple(fc.constant(name), textOf(HEX, { minLength: digits, maxLength: digits }));
  });

export const digest = algorithmAndHex.map(([algorithm, hex]) => `${algorithm}:${hex}`);
