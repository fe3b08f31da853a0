import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode, RegistryError } from '../../src/domain/errors.ts';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const SPECIFIED = [
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'UNAUTHORIZED',
  'DENIED',
  'UNSUPPORTED',
  'TOOMANYREQUESTS',
];

/** https://distribution.github.io/distribution/spec/api/#errors-2 */
const DISTRIBUTIONS = ['PAGINATION_NUMBER_INVALID'];

const rows = Object.entries(ERRORS);
const isClients = (status: number) => status >= 400 && status < 500;

test.each(rows.filter(([, row]) => isClients(row.status)))(
  '%s has a code in /v2 that clients know',
  (_name, row) => {
    expect([...SPECIFIED, ...DISTRIBUTIONS]).toContain(row.code);
  },
);

test.each(rows.filter(([, row]) => !isClients(row.status)))(
  '%s is a failure of the server: 5xx, with a code that the specification does not have',
  (_name, row) => {
    expect([500, 503, 507]).toContain(row.status);
    expect(SPECIFIED).not.toContain(row.code);
  },
);

test.each(SPECIFIED)('%s of the specification is in the table under its own name', (code) => {
  const name = code === 'TOOMANYREQUESTS' ? 'TOO_MANY_REQUESTS' : code;
  expect(ERRORS[name as ErrorCode].code).toBe(code);
});

test.each([
  ['UNAUTHORIZED', 401],
  ['DENIED', 403],
  ['NAME_UNKNOWN', 404],
  ['MANIFEST_UNKNOWN', 404],
  ['BLOB_UNKNOWN', 404],
  ['BLOB_UPLOAD_UNKNOWN', 404],
  ['MANIFEST_BLOB_UNKNOWN', 404],
  ['PRECONDITION_FAILED', 412],
  ['SIZE_INVALID', 413],
  ['RANGE_INVALID', 416],
  ['UPLOAD_RANGE_INVALID', 416],
  ['TOO_MANY_REQUESTS', 429],
] as const)('%s answers %i', (code, status) => {
  expect(new RegistryError(code).status).toBe(status);
});

test.each(rows)('%s has a message of one line', (_name, row) => {
  expect(row.message).toMatch(/^[a-z][^\n]+[^.\n]$/);
});

test('an error has the message it was given, or the one of the table', () => {
  const extras = { detail: { a: 1 }, headers: { range: '0-5' } };
  expect(new RegistryError('DENIED', 'not yours', extras)).toMatchObject({
    name: 'RegistryError',
    code: 'DENIED',
    message: 'not yours',
    extras,
  });
  expect(new RegistryError('DENIED')).toMatchObject({ message: ERRORS.DENIED.message, extras: {} });
});
